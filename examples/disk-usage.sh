#!/bin/sh
# A ticket for each file system that is almost full, resolved when there is room
# again. For cron, every few minutes:
#
#     */10 * * * *  DESK_DIR=/srv/support /usr/local/bin/disk-usage.sh 90
#
# However often it runs, a full disk has one ticket: the key disk:HOST:MOUNT
# names it while it is live, and repeats are counted on it.
set -eu

threshold=${1:-90}
export DESK_BY="${DESK_BY:-disk-usage}"
host=$(uname -n)
report=$(df -P)

printf '%s\n' "$report" | while read -r device _ _ _ capacity mount; do
    # Only disks: not the heading, not /proc and its like.
    case $device in
    /*) ;;
    *) continue ;;
    esac
    used=${capacity%\%}
    # A key has no spaces.
    key=disk:$host:$(printf '%s' "$mount" | tr -s '[:space:]' '_')

    if [ "$used" -ge "$threshold" ]; then
        urgency=medium
        [ "$used" -lt 97 ] || urgency=high
        desk open "Disk $mount at $used % on $host" --key "$key" \
            --requester "$DESK_BY" --via alert --category server/disk \
            --asset "$host" --impact medium --urgency "$urgency" \
            --description "df: $mount $used % used, threshold $threshold %" </dev/null
    else
        for id in $(desk list --format ids is:live "key:$key" </dev/null); do
            desk resolve "$id" --code fixed \
                -m "Down to $used %, below the threshold of $threshold %." </dev/null
        done
    fi
done
