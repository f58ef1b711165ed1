//! Writes every sample page as a file that a browser opens without a server: `render_samples OUTDIR [LANGUAGE]`.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use crossdock_web::render::Renderer;
use crossdock_web::render::contexts::samples::render_all;

const STATIC: [&str; 3] = ["checkout.css", "checkout.js", "icon.svg"];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let out = PathBuf::from(arguments.next().ok_or("give a folder to write to")?);
    let lang = arguments.next().unwrap_or_else(|| "en".to_owned());
    fs::create_dir_all(&out)?;
    let renderer = Renderer::strict(None)?;
    for name in STATIC {
        let file = renderer.static_file("", name).ok_or(name)?;
        fs::write(out.join(name), &file.body)?;
    }
    for (name, hue) in [("glasses", 205), ("case", 24)] {
        fs::write(out.join(format!("{name}.svg")), picture(hue))?;
    }
    for (name, page) in render_all(&renderer, &lang) {
        let mut page = page?;
        for file in STATIC {
            if let Some(url) = renderer.static_url(file) {
                page = page.replace(&url, file);
            }
        }
        fs::write(out.join(format!("{name}.html")), page.replace("https://images.example.com/", ""))?;
    }
    Ok(())
}

/// Something that stands for a product picture.
fn picture(hue: u16) -> String {
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 96 96'><rect width='96' height='96' fill='hsl({hue} 35% 90%)'/>\
         <g fill='none' stroke='hsl({hue} 40% 30%)' stroke-width='4'><circle cx='32' cy='50' r='14'/>\
         <circle cx='64' cy='50' r='14'/><path d='M46 47q2-3 4 0M18 46l-6-10M78 46l6-10'/></g></svg>"
    )
}
