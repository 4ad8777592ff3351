//! The stories of the sample desk.

use super::{Does, Story};

/// In any order: the sample lives through them in the order of time.
pub(super) const STORIES: &[Story] = &[
    Story {
        at: "2026-11-23T06:10:00Z",
        by: "monitoring",
        title: "Disk /var at 92 % on web1",
        fields: &[
            ("requester", "monitoring"),
            ("category", "server/disk"),
            ("via", "alert"),
            ("key", "disk:web1:/var"),
            ("impact", "medium"),
            ("urgency", "high"),
            ("asset", "web1"),
        ],
        words: "df reports 92 % used on /var.",
        then: &[
            ("2026-11-23T07:02:00Z", "lena", Does::Take),
            (
                "2026-11-23T07:15:00Z",
                "lena",
                Does::Escalate(
                    None,
                    "log rotation does not run, needs root on web1",
                    &["deleted old archives: 4 % won"],
                ),
            ),
            ("2026-11-23T07:40:00Z", "ines", Does::Accept),
        ],
    },
    Story {
        at: "2026-11-23T08:05:00Z",
        by: "omar",
        title: "VPN drops after laptop sleep",
        fields: &[
            ("requester", "alice@example.com"),
            ("category", "network/vpn"),
            ("via", "phone"),
            ("impact", "low"),
            ("urgency", "medium"),
        ],
        words: "Since the update on Friday the VPN does not come back after the lid was closed.\nOther colleagues on floor 2 say the same.",
        then: &[],
    },
];
