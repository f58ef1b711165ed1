//! Certificate and key: reading them, and reading them again when the files change.

use std::hash::{BuildHasher, RandomState};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use std::{fmt, io};

use metrics::counter;
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;

use crate::metrics::TLS_FAILURES;

/// Where certificate and key are.
#[derive(Debug, Clone)]
pub struct TlsOptions {
    /// PEM file with the server's certificate first, then the intermediate ones.
    pub cert: PathBuf,
    /// PEM file with the private key (PKCS#8, PKCS#1 or SEC1).
    pub key: PathBuf,
}

/// Why certificate and key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is no PEM, or holds nothing of the wanted kind.
    #[error("{} holds no usable {what}: {source}", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// `certificate` or `private key`.
        what: &'static str,
        /// Why.
        source: pem::Error,
    },
    /// Certificate and key do not belong together, or are of an unknown kind.
    #[error("certificate and key cannot be used: {0}")]
    Unusable(#[from] rustls::Error),
}

/// What a look at the files gave.
#[derive(Debug)]
pub enum ReloadResult {
    /// Same content as last time.
    Unchanged,
    /// New connections get the new certificate.
    Reloaded,
    /// The files have changed but cannot be used; the old certificate stays.
    Failed(TlsError),
}

/// The certificate and key in use. Clones share them.
#[derive(Clone)]
pub struct TlsKeys {
    inner: Arc<Inner>,
    config: Arc<ServerConfig>,
}

#[derive(Debug)]
struct Inner {
    options: TlsOptions,
    provider: Arc<CryptoProvider>,
    current: RwLock<Arc<CertifiedKey>>,
    hasher: RandomState,
    /// Fingerprint of what the files held, or of why they could not be read, at the last look.
    seen: Mutex<u64>,
}

impl TlsKeys {
    /// Reads the files and prepares TLS 1.2 and 1.3 with HTTP/2 and HTTP/1.1.
    pub fn load(options: TlsOptions) -> Result<Self, TlsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let hasher = RandomState::new();
        let files = read(&options)?;
        let current = RwLock::new(Arc::new(files.certified(&options, &provider)?));
        let seen = Mutex::new(hasher.hash_one(&files));
        let inner = Arc::new(Inner { options, provider: Arc::clone(&provider), current, hasher, seen });
        let resolver: Arc<dyn ResolvesServerCert> = inner.clone();
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(resolver);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { inner, config: Arc::new(config) })
    }

    /// Looks at the files and takes over a new certificate. Reads files: not for async code.
    pub fn check(&self) -> ReloadResult {
        let inner = &*self.inner;
        let files = read(&inner.options);
        let fingerprint = match &files {
            Ok(files) => inner.hasher.hash_one(files),
            Err(error) => inner.hasher.hash_one(error.to_string()),
        };
        {
            // A content that was tried is not tried again, so that a bad file is told of once.
            let mut seen = inner.seen.lock().unwrap_or_else(PoisonError::into_inner);
            if *seen == fingerprint {
                return ReloadResult::Unchanged;
            }
            *seen = fingerprint;
        }
        match files.and_then(|files| files.certified(&inner.options, &inner.provider)) {
            Ok(key) => {
                *inner.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(key);
                ReloadResult::Reloaded
            }
            Err(error) => ReloadResult::Failed(error),
        }
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }
}

impl fmt::Debug for TlsKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsKeys").field("options", &self.inner.options).finish_non_exhaustive()
    }
}

impl ResolvesServerCert for Inner {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// Looks at the files again and again; never ends.
pub(crate) async fn watch_files(keys: TlsKeys, interval: Duration) {
    loop {
        sleep(interval).await;
        let look = keys.clone();
        match tokio::task::spawn_blocking(move || look.check()).await {
            Ok(ReloadResult::Unchanged) => {}
            Ok(ReloadResult::Reloaded) => tracing::info!("the certificate files have changed; the new ones are in use"),
            Ok(ReloadResult::Failed(error)) => {
                counter!(TLS_FAILURES).increment(1);
                tracing::error!(%error, "the certificate files have changed but cannot be used; the old ones stay");
            }
            Err(error) => tracing::error!(%error, "looking at the certificate files failed"),
        }
    }
}

#[derive(Hash)]
struct Files {
    cert: Vec<u8>,
    key: Vec<u8>,
}

fn read(options: &TlsOptions) -> Result<Files, TlsError> {
    let read = |path: &PathBuf| std::fs::read(path).map_err(|source| TlsError::File { path: path.clone(), source });
    Ok(Files { cert: read(&options.cert)?, key: read(&options.key)? })
}

impl Files {
    fn certified(&self, options: &TlsOptions, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
        let bad_cert = |source| TlsError::Pem { path: options.cert.clone(), what: "certificate", source };
        let chain = CertificateDer::pem_slice_iter(&self.cert).collect::<Result<Vec<_>, _>>().map_err(bad_cert)?;
        if chain.is_empty() {
            return Err(bad_cert(pem::Error::NoItemsFound));
        }
        let key = PrivateKeyDer::from_pem_slice(&self.key).map_err(|source| TlsError::Pem {
            path: options.key.clone(),
            what: "private key",
            source,
        })?;
        Ok(CertifiedKey::from_der(chain, key, provider)?)
    }
}
