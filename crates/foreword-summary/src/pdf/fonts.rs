//! The fonts of a document: those that are part of the program, and whatever the caller brings for
//! other scripts. No disk is read here.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use foreword_domain::language::Lang;
use krilla::text::Font;
use parley::{
    FontContext, FontFamily, FontFamilyName,
    fontique::{Blob, Collection, CollectionOptions, SourceCache},
};

const EMBEDDED: [&[u8]; 7] = [
    include_bytes!("../../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../fonts/NotoSansArabic-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansArabic-Bold.ttf"),
    include_bytes!("../../fonts/NotoSansDevanagari-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansDevanagari-Bold.ttf"),
    include_bytes!("../../fonts/NotoEmoji-Regular.ttf"),
];

/// Fonts, read once and shared: cloning is cheap.
#[derive(Clone)]
pub struct Fonts(Arc<Read>);

struct Read {
    context: FontContext,
    /// Every family, in the order in which they are tried.
    families: Vec<FontFamilyName<'static>>,
    /// For the document, by the blob and the place in it.
    embeddable: HashMap<(u64, u32), Font>,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fonts({} families)", self.0.families.len())
    }
}

impl Default for Fonts {
    fn default() -> Self {
        Self::embedded()
    }
}

impl Fonts {
    /// The fonts that are part of the program: Latin, Greek, Cyrillic, Arabic, Devanagari, and emoji in black.
    pub fn embedded() -> Self {
        Self::with(Vec::new())
    }

    /// These, and more for other scripts, as the bytes of font files. What is no font is passed over.
    pub fn with(extra: Vec<Vec<u8>>) -> Self {
        let options = CollectionOptions { shared: false, system_fonts: false };
        let mut collection = Collection::new(options);
        let mut families = Vec::new();
        let mut embeddable = HashMap::new();
        let embedded = EMBEDDED.iter().map(|bytes| Blob::new(Arc::new(*bytes)));
        let extra = extra.into_iter().map(|bytes| Blob::new(Arc::new(bytes)));
        for blob in embedded.chain(extra) {
            for (family, fonts) in collection.register_fonts(blob.clone(), None) {
                for font in fonts {
                    let data: Arc<dyn AsRef<[u8]> + Send + Sync> = Arc::new(blob.clone());
                    if let Some(read) = Font::new(data.into(), font.index()) {
                        embeddable.insert((blob.id(), font.index()), read);
                    }
                }
                let Some(name) = collection.family_name(family) else { continue };
                let name = FontFamilyName::Named(Cow::Owned(name.to_owned()));
                if !families.contains(&name) {
                    families.push(name);
                }
            }
        }
        let context = FontContext { collection, source_cache: SourceCache::default() };
        Self(Arc::new(Read { context, families, embeddable }))
    }

    /// What shapes text; a document has one of its own.
    pub(crate) fn context(&self) -> FontContext {
        self.0.context.clone()
    }

    /// Every family, in the order in which they are tried for a language: one sign of Chinese characters
    /// is drawn differently in Japan, Korea, Taiwan and mainland China.
    pub(crate) fn family(&self, lang: &Lang) -> FontFamily<'_> {
        let all = &self.0.families;
        let Some(own) = han(lang) else { return FontFamily::List(Cow::Borrowed(all)) };
        let is_own = |name: &FontFamilyName<'_>| match name {
            FontFamilyName::Named(name) => name.ends_with(own) && !name.contains("Mono"),
            FontFamilyName::Generic(_) => false,
        };
        let Some(first) = all.iter().position(|name| !is_embedded(name)) else {
            return FontFamily::List(Cow::Borrowed(all));
        };
        let (embedded, brought) = all.split_at(first);
        let (own, others): (Vec<_>, Vec<_>) = brought.iter().cloned().partition(|name| is_own(name));
        FontFamily::List(Cow::Owned([embedded.to_vec(), own, others].concat()))
    }

    /// Whether there are fonts that somebody brought.
    pub(crate) fn has_more(&self) -> bool {
        self.0.embeddable.len() > EMBEDDED.len()
    }

    /// A font by what shaped text says of it.
    pub(crate) fn embeddable(&self, blob: u64, index: u32) -> Option<&Font> {
        self.0.embeddable.get(&(blob, index))
    }
}

/// How the names of families end whose Chinese characters are a language's own.
fn han(lang: &Lang) -> Option<&'static str> {
    let tag = lang.as_str().to_ascii_lowercase();
    let has = |part: &str| tag.split('-').any(|own| own == part);
    match lang.primary() {
        "ja" => Some(" JP"),
        "ko" => Some(" KR"),
        "zh" if has("hk") || has("mo") => Some(" HK"),
        "zh" if has("hant") || has("tw") => Some(" TC"),
        "zh" => Some(" SC"),
        _ => None,
    }
}

fn is_embedded(name: &FontFamilyName<'_>) -> bool {
    const OWN: [&str; 3] = ["Noto Sans", "Noto Sans Arabic", "Noto Sans Devanagari"];
    matches!(name, FontFamilyName::Named(name) if OWN.contains(&name.as_ref()))
}
