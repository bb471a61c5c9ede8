//! Extensions that change what an item asks or takes: those that are followed elsewhere, those that do no
//! harm, and those that make it another question than the one that would be asked here.

use super::node::{Node, Notebook};

/// By the end of their address: what they do, and what to do instead.
const REFUSED: &[(&str, &str)] = &[
    ("enableWhenExpression", "shows the item by an expression; say it with enableWhen"),
    ("answerExpression", "computes the choices; list them as answerOption"),
    ("candidateExpression", "computes the choices; list them as answerOption"),
    ("answerOptionsToggleExpression", "offers choices by an expression; ask in two items"),
    ("optionsToggle", "offers choices by an expression; ask in two items"),
    ("lookupQuestionnaire", "names another questionnaire; import that one"),
    ("subQuestionnaire", "is put together from other questionnaires; import what $assemble makes of it"),
    ("questionnaireAdaptive", "is asked item by item by a server; there is nothing here to ask"),
    ("questionnaire-constraint", "is a rule for answers that is not enforced here; remove it"),
    ("sdc-questionnaire-constraint", "is a rule for answers that is not enforced here; remove it"),
    ("/regex", "is a pattern for answers that is not enforced here; remove it, or make it a choice"),
    ("minLength", "is a least length that is not enforced here; remove it"),
    ("maxDecimalPlaces", "limits the decimals, which is not enforced here; remove it, or ask an integer"),
    ("minQuantity", "limits a quantity, which is not enforced here; use minValue on a decimal"),
    ("maxQuantity", "limits a quantity, which is not enforced here; use maxValue on a decimal"),
    ("itemMedia", "shows a picture, which is not shown here"),
    ("itemAnswerMedia", "shows a picture, which is not shown here"),
    ("signatureRequired", "asks for a signature, which can't be given here; remove it"),
    ("cqf-expression", "is a text that is computed; write the text itself"),
];

/// What is there for others, and is said to be left out.
const SET_ASIDE: &[(&str, &str)] = &[
    ("initialExpression", "fills the item in beforehand there; here no answer is made for anybody"),
    ("itemPopulationContext", "fills items in beforehand there; here no answer is made for anybody"),
];

/// Refuses and notes the extensions of a resource or an item.
pub(super) fn examine(node: &Node<'_>, repeats: bool, choices: usize, book: &mut Notebook) {
    node.list("extension", book);
    for (url, extension) in node.extensions() {
        if let Some((_, what)) = SET_ASIDE.iter().find(|(end, _)| url.ends_with(end)) {
            book.remark(&extension.path, *what);
        } else if let Some((_, what)) = REFUSED.iter().find(|(end, _)| url.ends_with(end)) {
            // A warning stops nobody there, either.
            if url.ends_with("onstraint") && is_warning(&extension) {
                book.remark(&extension.path, "is a warning there; here it is not shown");
            } else {
                book.refuse(&extension.path, *what);
            }
        } else if url.ends_with("targetConstraint") {
            if is_warning(&extension) {
                book.remark(&extension.path, "is a warning there; here it is not shown");
            } else {
                book.refuse(&extension.path, "is a rule for answers that is not enforced here; remove it");
            }
        } else if url.ends_with("minOccurs") || url.ends_with("maxOccurs") {
            let limit = extension.choice("value").and_then(|(_, value)| value.as_u64()).unwrap_or_default();
            let harmless = if url.ends_with("minOccurs") {
                limit <= 1
            } else {
                !repeats || limit >= u64::try_from(choices).unwrap_or(u64::MAX)
            };
            if !harmless {
                book.refuse(&extension.path, "limits how many answers there are, which is not enforced here");
            }
        } else if url.ends_with("minValue") || url.ends_with("maxValue") {
            let computed = extension.members.keys().any(|key| key.starts_with('_'));
            if computed || extension.choice("value").is_none() {
                book.refuse(&extension.path, "is a limit that is computed; write the limit itself");
            }
        }
    }
}

fn is_warning(constraint: &Node<'_>) -> bool {
    constraint.extensions().into_iter().any(|(url, part)| {
        url == "severity" && part.choice("value").and_then(|(_, value)| value.as_str()) == Some("warning")
    })
}
