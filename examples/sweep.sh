#!/bin/sh
# What time alone does to tickets (warnings, breaches, escalation by rule,
# resuming, closing), written down and shared. For cron, every few minutes:
#
#     */5 * * * *  DESK_DIR=/srv/support /usr/local/bin/sweep.sh
#
# or for systemd: sweep.service and sweep.timer. It may run in every office:
# what two of them do at once becomes one when the desks are merged.
set -eu

cd "${DESK_DIR:-.}"

# Without a remote there is nobody to share with.
if ! git rev-parse --quiet --verify '@{upstream}' >/dev/null 2>&1; then
    exec desk sweep --quiet
fi

share() {
    git -c merge.renames=false pull --quiet --no-rebase --no-edit
    desk sweep --quiet
    git push --quiet
}

# Somebody else may have pushed in between: once more, then the next run will.
share || share
