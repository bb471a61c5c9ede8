//! Hands what libFuzzer makes up to the target that `FUZZ_TARGET` names. Without a name it lists them. With
//! `FUZZ_BEGIN`, a folder, it puts there what changes begin with (`seeds/`), the words (`words`), and how long an input
//! gets at most (`longest`), and ends.
#![no_main]
#![expect(clippy::disallowed_methods, reason = "it measures how long parsers take")]

use std::{
    env,
    fmt::Write as _,
    fs, io,
    path::Path,
    process,
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use foreword_fuzz::{Target, seeds, targets};

static TARGET: LazyLock<&Target> = LazyLock::new(|| {
    let wanted = env::var("FUZZ_TARGET").unwrap_or_default();
    targets().find(|target| target.name == wanted).unwrap_or_else(|| {
        let names: Vec<&str> = targets().map(|target| target.name).collect();
        tell(io::stdout(), &names.join("\n"));
        process::exit(i32::from(!wanted.is_empty()))
    })
});

libfuzzer_sys::fuzz_target!(
    init: {
        let target = *TARGET;
        if let Some(folder) = env::var_os("FUZZ_BEGIN") {
            if let Err(why) = begin(target, Path::new(&folder)) {
                tell(io::stderr(), &format!("{}: {why}", folder.display()));
                process::exit(1);
            }
            process::exit(0);
        }
    },
    |data: &[u8]| {
        let began = Instant::now();
        (TARGET.feed)(data);
        let took = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        // libFuzzer itself counts whole seconds.
        if SLOWEST.fetch_max(took, Ordering::Relaxed) < took {
            tell(io::stderr(), &format!("slowest: {took}"));
        }
    }
);

/// Microseconds of the slowest input so far.
static SLOWEST: AtomicU64 = AtomicU64::new(0);

fn begin(target: &Target, folder: &Path) -> io::Result<()> {
    let all = folder.join("seeds");
    fs::create_dir_all(&all)?;
    for (n, seed) in seeds::of(target).iter().enumerate() {
        fs::write(all.join(format!("{n:04}")), seed)?;
    }
    let mut words = String::new();
    for word in target.words {
        words.push('"');
        for byte in word.bytes() {
            let _ = write!(words, "\\x{byte:02x}");
        }
        words.push_str("\"\n");
    }
    fs::write(folder.join("words"), words)?;
    fs::write(folder.join("longest"), target.longest.to_string())
}

fn tell(mut to: impl io::Write, words: &str) {
    let _ = writeln!(to, "{words}");
}
