//! How much TLS asks of the server, by the values of `sslmode`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::DbError;

/// What the server has to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verification {
    /// `disable`: no TLS.
    Off,
    /// `prefer`: TLS with anybody who offers it.
    WhereOffered,
    /// `require`: TLS with anybody.
    Encrypted,
    /// `verify-ca`: a certificate from a root that we trust, of any name.
    Chain,
    /// `verify-full`: the same, of the host's name.
    Full,
}

/// Whom we trust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Roots {
    /// Whom this machine trusts.
    System,
    /// The certificates of this PEM file.
    File(PathBuf),
}

/// TLS as the URL asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tls {
    pub(super) verification: Verification,
    pub(super) roots: Roots,
    /// PEM files with our own certificate and its key, for servers that ask for one.
    pub(super) client: Option<(PathBuf, PathBuf)>,
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> DbError {
    DbError::other(format!("{}: {error}", path.display()))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, DbError> {
    let found = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match found {
        Ok(found) if found.is_empty() => Err(unreadable(path, &"no certificate in this file")),
        Ok(found) => Ok(found),
        Err(error) => Err(unreadable(path, &error)),
    }
}

impl Roots {
    fn store(&self) -> Result<RootCertStore, DbError> {
        let mut store = RootCertStore::empty();
        match self {
            Self::System => drop(store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs)),
            Self::File(path) => {
                for certificate in certificates(path)? {
                    store.add(certificate).map_err(|error| unreadable(path, &error))?;
                }
            }
        }
        if store.is_empty() {
            return Err(DbError::other(
                "this machine has no certificates to trust; install the package ca-certificates or name sslrootcert",
            ));
        }
        Ok(store)
    }
}

impl Tls {
    /// What the driver secures its connections with. Reads the files, once.
    pub(super) fn connector(&self) -> Result<MakeRustlsConnect, DbError> {
        let other = |error: &dyn std::fmt::Display| DbError::other(format!("TLS to the database: {error}"));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let chain = match self.verification {
            Verification::Off | Verification::WhereOffered | Verification::Encrypted => None,
            Verification::Chain | Verification::Full => {
                let roots = Arc::new(self.roots.store()?);
                let verifier = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider)).build();
                Some(verifier.map_err(|error| other(&error))?)
            }
        };
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| other(&error))?;
        let config = match chain {
            Some(chain) if self.verification == Verification::Full => config.with_webpki_verifier(chain),
            chain => config.dangerous().with_custom_certificate_verifier(Arc::new(Lenient { chain, provider })),
        };
        let mut config = match &self.client {
            None => config.with_no_client_auth(),
            Some((certificate, key)) => {
                let key = PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable(key, &error))?;
                let own = config.with_client_auth_cert(certificates(certificate)?, key);
                own.map_err(|error| unreadable(certificate, &error))?
            }
        };
        // Asked for by `sslnegotiation=direct`; servers that do not know it do not mind.
        config.alpn_protocols = vec![b"postgresql".to_vec()];
        Ok(MakeRustlsConnect::new(config))
    }
}

/// Takes a certificate of any name, or any certificate at all. What is signed with its key is checked all the same.
#[derive(Debug)]
struct Lenient {
    chain: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        match chain.verify_server_cert(certificate, intermediates, name, ocsp, now) {
            // The name is looked at last.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            outcome => outcome,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
