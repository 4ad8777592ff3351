//! Monday 9 to Friday 13 November: most of it is over and done.

use crate::desk::sample::{Does, Story};

pub(super) const STORIES: &[Story] = &[
    Story {
        at: "09T08:12",
        by: "lena",
        title: "Cannot print to the accounting printer",
        fields: &[
            ("requester", "bob.miller@example.com"),
            ("category", "hardware/printer"),
            ("via", "phone"),
            ("impact", "low"),
            ("urgency", "medium"),
            ("asset", "PRN-2-04"),
        ],
        words: "Jobs vanish from the queue without a sheet of paper.",
        then: &[
            ("09T08:14", "lena", Does::Take),
            (
                "09T08:31",
                "lena",
                Does::Resolve(
                    "The queue pointed to the old driver; put the new one.",
                    "fixed",
                ),
            ),
            ("11T08:05", "lena", Does::Close),
        ],
    },
    Story {
        at: "09T09:05",
        by: "lena",
        title: "Password forgotten after the holidays",
        fields: &[
            ("requester", "Carlos Núñez"),
            ("category", "access/password"),
            ("via", "phone"),
            ("fixed", "Reset it, with a change at the first sign-in."),
            ("code", "fixed"),
        ],
        words: "",
        then: &[("09T09:20", "lena", Does::Close)],
    },
    Story {
        at: "09T10:20",
        by: "omar",
        title: "Laptop for Zoë Müller, who starts on the 16th",
        fields: &[
            ("kind", "request"),
            ("requester", "hr@example.com"),
            ("contact", "Zoë Müller"),
            ("category", "hardware/laptop"),
            ("via", "mail"),
            ("impact", "low"),
            ("urgency", "medium"),
            ("site", "Lisbon, floor 2"),
        ],
        words: "The usual set: laptop, dock, headset.\nShe needs the Portuguese keyboard layout.",
        then: &[
            ("09T10:22", "omar", Does::Assign("desktop")),
            ("09T11:05", "marco", Does::Accept),
            (
                "09T11:30",
                "marco",
                Does::Hold("parts", "none in stock, ordered as PO-4711"),
            ),
            ("12T09:40", "marco", Does::Resume),
            (
                "13T14:10",
                "marco",
                Does::Reply("It stands on her desk and is ready for Monday."),
            ),
            (
                "13T14:12",
                "marco",
                Does::Resolve("Set up and delivered.", "fixed"),
            ),
            ("16T09:30", "omar", Does::Close),
        ],
    },
    Story {
        at: "09T05:40",
        by: "monitoring",
        title: "Backup of files2 failed",
        fields: &[
            ("requester", "monitoring"),
            ("category", "server/backup"),
            ("via", "alert"),
            ("key", "backup:files2"),
            ("impact", "medium"),
            ("urgency", "high"),
            ("asset", "files2"),
        ],
        words: "exit status 12: no space left on the target",
        then: &[
            ("09T08:02", "lena", Does::Take),
            (
                "09T08:10",
                "lena",
                Does::Escalate(
                    None,
                    "the backup target is full, and deleting there is not for us",
                    &["started the job again: same error"],
                ),
            ),
            ("09T08:36", "ines", Does::Accept),
            (
                "09T10:15",
                "ines",
                Does::Resolve(
                    "Expired sets were never pruned. Pruned them and repaired the schedule; the backup ran through.",
                    "fixed",
                ),
            ),
            ("10T08:00", "ines", Does::Close),
        ],
    },
    Story {
        at: "09T14:02",
        by: "lena",
        title: "Outlook asks for the password again and again",
        fields: &[
            ("requester", "alice@example.com"),
            ("category", "mail/client"),
            ("via", "phone"),
            ("impact", "low"),
            ("urgency", "medium"),
        ],
        words: "",
        then: &[
            ("09T14:03", "lena", Does::Take),
            (
                "09T14:20",
                "lena",
                Does::Ask(
                    "Did you change your password lately, and does the phone read the same mailbox?",
                ),
            ),
            (
                "10T08:41",
                "alice@example.com",
                Does::Answer("Yes to both."),
            ),
            (
                "10T08:50",
                "lena",
                Does::Note("the phone still sends the old password and locks the account"),
            ),
            (
                "10T09:05",
                "lena",
                Does::Resolve(
                    "The old password was still on the phone. Showed her where to change it.",
                    "explained",
                ),
            ),
            ("12T09:00", "lena", Does::Close),
        ],
    },
    Story {
        at: "10T07:55",
        by: "omar",
        title: "No network on floor 3, east wing",
        fields: &[
            ("requester", "reception"),
            ("category", "network/switch"),
            ("via", "walk-in"),
            ("impact", "high"),
            ("urgency", "high"),
            ("site", "Lisbon, floor 3"),
        ],
        words: "About forty people, since half past seven.",
        then: &[
            ("10T07:56", "omar", Does::Take),
            (
                "10T07:58",
                "omar",
                Does::Attention("grace", "forty people without a network"),
            ),
            (
                "10T08:06",
                "omar",
                Does::Escalate(
                    None,
                    "the switch in 3E does not answer",
                    &["power is there", "another patch cable: no link"],
                ),
            ),
            ("10T08:09", "ines", Does::Accept),
            (
                "10T08:30",
                "ines",
                Does::Escalate(
                    None,
                    "one member of the stack is dead and the others do not elect a master",
                    &["console: member 2 missing", "restarted the stack"],
                ),
            ),
            ("10T08:33", "yuki", Does::Accept),
            (
                "10T08:40",
                "yuki",
                Does::Reply("A switch has died. We put in the spare; about an hour."),
            ),
            (
                "10T09:50",
                "yuki",
                Does::Resolve(
                    "Replaced member 2 with the spare and restored its configuration.",
                    "replaced",
                ),
            ),
            ("11T08:20", "grace", Does::Close),
        ],
    },
    Story {
        at: "10T08:01",
        by: "lena",
        title: "Wi-Fi gone on floor 3",
        fields: &[
            ("requester", "ext 4411"),
            ("category", "network/wifi"),
            ("via", "phone"),
            ("impact", "medium"),
            ("urgency", "high"),
        ],
        words: "",
        then: &[(
            "10T08:03",
            "lena",
            Does::DuplicateOf("No network on floor 3, east wing"),
        )],
    },
    Story {
        at: "10T13:30",
        by: "lena",
        title: "Access to the contracts folder",
        fields: &[
            ("kind", "request"),
            ("requester", "bob.miller@example.com"),
            ("category", "access/folder"),
            ("via", "mail"),
            ("impact", "low"),
            ("urgency", "low"),
        ],
        words: "",
        then: &[
            ("10T13:32", "lena", Does::Take),
            (
                "10T13:35",
                "lena",
                Does::Hold("approval", "asked the head of legal"),
            ),
            ("11T10:02", "lena", Does::Resume),
            (
                "11T10:06",
                "lena",
                Does::Resolve("Approved; put him into the group.", "fixed"),
            ),
            ("13T08:00", "lena", Does::Close),
        ],
    },
    Story {
        at: "11T09:15",
        by: "lena",
        title: "Excel crashes when the budget file opens",
        fields: &[
            ("requester", "dora.klein@example.com"),
            ("category", "software/office"),
            ("via", "phone"),
            ("impact", "low"),
            ("urgency", "high"),
        ],
        words: "",
        then: &[
            ("11T09:16", "lena", Does::Take),
            (
                "11T09:25",
                "lena",
                Does::Escalate(
                    Some("desktop"),
                    "crashes, needs somebody who knows Excel",
                    &[],
                ),
            ),
            (
                "11T09:50",
                "marco",
                Does::Decline(
                    "Which version, which file, and does it crash in safe mode? Please ask first.",
                ),
            ),
            ("11T09:58", "lena", Does::Take),
            (
                "11T10:01",
                "lena",
                Does::Ask("Does it also crash with the add-ins switched off?"),
            ),
            (
                "11T11:12",
                "dora.klein@example.com",
                Does::Answer("No, then it opens!"),
            ),
            (
                "11T11:20",
                "lena",
                Does::Escalate(
                    Some("desktop"),
                    "version 2610, crashes with the reporting add-in only",
                    &["safe mode: opens", "add-ins off: opens"],
                ),
            ),
            ("11T11:31", "marco", Does::Accept),
            (
                "11T13:05",
                "marco",
                Does::CouldBe("Put the current version of the add-in.", "fixed", "1"),
            ),
            ("13T09:00", "lena", Does::Close),
        ],
    },
    Story {
        at: "11T15:45",
        by: "omar",
        title: "Display in the board room flickers",
        fields: &[
            ("requester", "reception"),
            ("category", "hardware/display"),
            ("via", "walk-in"),
            ("impact", "medium"),
            ("urgency", "low"),
            ("site", "Lisbon, board room"),
        ],
        words: "",
        then: &[
            ("11T15:46", "omar", Does::Take),
            (
                "11T16:20",
                "omar",
                Does::Vendor("SR-88213", "panel under warranty, technician ordered"),
            ),
            ("17T10:30", "omar", Does::Resume),
            (
                "17T10:35",
                "omar",
                Does::Resolve("The vendor changed the panel.", "vendor-fixed"),
            ),
            ("19T08:00", "omar", Does::Close),
        ],
    },
    Story {
        at: "12T08:30",
        by: "lena",
        title: "VPN drops after laptop sleep",
        fields: &[
            ("requester", "alice@example.com"),
            ("category", "network/vpn"),
            ("via", "phone"),
            ("impact", "low"),
            ("urgency", "high"),
        ],
        words: "Since the update the VPN does not come back after the lid was closed.",
        then: &[
            ("12T08:31", "lena", Does::Take),
            (
                "12T08:55",
                "lena",
                Does::Escalate(
                    None,
                    "only a restart helps; the gateway shows a stale session",
                    &["reinstalled the client", "other network"],
                ),
            ),
            ("12T09:30", "ines", Does::Accept),
            (
                "12T14:25",
                "ines",
                Does::CausedBy("VPN client 5.2 loses its tunnel after sleep"),
            ),
            (
                "12T14:40",
                "ines",
                Does::Resolve(
                    "Until the vendor has a fix: end the session on the gateway, then reconnect.",
                    "workaround",
                ),
            ),
        ],
    },
    Story {
        at: "12T10:10",
        by: "omar",
        title: "VPN does not come back after lunch",
        fields: &[
            ("requester", "Carlos Núñez"),
            ("category", "network/vpn"),
            ("via", "chat"),
            ("impact", "low"),
            ("urgency", "medium"),
        ],
        words: "",
        then: &[
            ("12T10:12", "omar", Does::Take),
            (
                "12T14:45",
                "omar",
                Does::CausedBy("VPN client 5.2 loses its tunnel after sleep"),
            ),
            (
                "12T14:50",
                "omar",
                Does::Resolve(
                    "Same as Alice's: ended the session on the gateway.",
                    "workaround",
                ),
            ),
        ],
    },
    Story {
        at: "12T11:00",
        by: "lena",
        title: "Toner empty, floor 2",
        fields: &[
            ("kind", "request"),
            ("requester", "ext 4380"),
            ("category", "hardware/printer"),
            ("via", "phone"),
            ("impact", "low"),
            ("urgency", "low"),
        ],
        words: "",
        then: &[(
            "12T11:25",
            "lena",
            Does::Cancel("the caller found a cartridge in the cupboard"),
        )],
    },
    Story {
        at: "12T14:20",
        by: "ines",
        title: "VPN client 5.2 loses its tunnel after sleep",
        fields: &[
            ("kind", "problem"),
            ("requester", "ines"),
            ("category", "network/vpn"),
            ("impact", "medium"),
            ("urgency", "medium"),
            ("to", "me"),
        ],
        words: "Every case so far has client 5.2 and a laptop that slept for more than ten minutes.\nClient 5.1 is not affected.",
        then: &[
            (
                "12T16:30",
                "ines",
                Does::Escalate(
                    Some("3"),
                    "we need traces of the gateway",
                    &["5.1 on the same laptop: no fault"],
                ),
            ),
            ("13T08:10", "yuki", Does::Accept),
            (
                "13T15:00",
                "yuki",
                Does::Note(
                    "The client keeps its old session token after a resume.\nThe gateway answers 403 and the client does not ask again.",
                ),
            ),
            (
                "13T15:20",
                "yuki",
                Does::Vendor("CASE-20417", "sent the traces to the vendor"),
            ),
        ],
    },
    Story {
        at: "13T09:00",
        by: "lena",
        title: "Locked out of the payroll portal",
        fields: &[
            ("requester", "dora.klein@example.com"),
            ("category", "access/password"),
            ("via", "phone"),
        ],
        words: "",
        then: &[
            ("13T09:01", "lena", Does::Take),
            (
                "13T09:06",
                "lena",
                Does::CouldBe(
                    "Unlocked. The portal's own form does the same.",
                    "fixed",
                    "0",
                ),
            ),
            ("16T08:10", "lena", Does::Close),
        ],
    },
    Story {
        at: "13T13:40",
        by: "grace",
        title: "Mail that claims to be from the bank",
        fields: &[
            ("requester", "bob.miller@example.com"),
            ("category", "security/phishing"),
            ("via", "mail"),
            ("impact", "medium"),
            ("urgency", "high"),
            ("to", "ines"),
        ],
        words: "He did not click. At least five others have it.",
        then: &[
            ("13T13:47", "ines", Does::Take),
            (
                "13T14:15",
                "ines",
                Does::Reply("Thank you for telling us. Please delete it."),
            ),
            (
                "13T14:30",
                "ines",
                Does::Resolve(
                    "Blocked the sender and took 14 copies out of mailboxes.",
                    "fixed",
                ),
            ),
            ("16T08:30", "grace", Does::Close),
        ],
    },
];
