use super::*;

fn found(packets: &[&[u8]]) -> Result<Vec<Vec<u8>>, Lost> {
    let mut frames = Frames::new(20);
    let mut found = Vec::new();
    for packet in packets {
        let mut bytes = *packet;
        while let Some(message) = frames.next(&mut bytes)? {
            found.push(message);
        }
    }
    Ok(found)
}

#[test]
fn messages_are_found_however_they_were_cut() {
    let stream = b"\x0bone\x1c\r\x0btwo\rsegments\x1c\r";
    let expected = vec![b"one".to_vec(), b"two\rsegments".to_vec()];
    assert_eq!(found(&[stream]).unwrap(), expected);
    for size in 1..stream.len() {
        let packets: Vec<&[u8]> = stream.chunks(size).collect();
        assert_eq!(found(&packets).unwrap(), expected, "{size}");
    }
}

#[test]
fn what_stands_between_messages_is_passed_over() {
    assert_eq!(found(&[b"\0\0junk\x0bone\x1c\r\r\n\0\x0btwo\x1c\r"]).unwrap(), [b"one", b"two"]);
    assert_eq!(found(&[b"\x0bone\x1c\x0btwo\x1c"]).unwrap(), [b"one", b"two"], "without a carriage return");
    assert_eq!(found(&[b"\x0bhal\x0bone\x1c\r"]).unwrap(), [b"one"], "begun anew");
}

#[test]
fn a_message_without_a_frame_or_too_large_ends_the_connection() {
    assert_eq!(found(&[b"MSH|^~\\&|A\r"]), Err(Lost::Unframed));
    assert_eq!(found(&[&[0; STRAY + 1]]), Err(Lost::Unframed));
    assert_eq!(found(&[b"\x0b", &[b'x'; 20], b"\x1c\r"]).unwrap().len(), 1);
    assert_eq!(found(&[b"\x0b", &[b'x'; 21], b"\x1c\r"]), Err(Lost::TooLarge));
}
