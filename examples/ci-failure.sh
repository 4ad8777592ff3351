#!/bin/sh
# One ticket for each pipeline and branch that fails: opened at the first
# failure, counted at the next ones, resolved when it passes, reopened when it
# fails again. As the last step of a job:
#
#     DESK_DIR=/srv/support ci-failure.sh failed    # or: passed
#
# Reads the variables of GitLab, GitHub, Jenkins and Woodpecker. Elsewhere set
# DESK_CI_PIPELINE, DESK_CI_BRANCH and DESK_CI_URL.
set -eu

outcome=${1:-}
export DESK_BY="${DESK_BY:-ci}"

if [ -n "${DESK_CI_PIPELINE:-}" ]; then
    pipeline=$DESK_CI_PIPELINE branch=${DESK_CI_BRANCH:-main} url=${DESK_CI_URL:-}
elif [ -n "${GITLAB_CI:-}" ]; then
    pipeline=$CI_PROJECT_PATH branch=$CI_COMMIT_REF_NAME url=$CI_PIPELINE_URL
elif [ -n "${GITHUB_ACTIONS:-}" ]; then
    pipeline=$GITHUB_REPOSITORY/$GITHUB_WORKFLOW branch=$GITHUB_REF_NAME
    url=$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID
elif [ -n "${JENKINS_URL:-}" ]; then
    pipeline=$JOB_NAME branch=${BRANCH_NAME:-main} url=$BUILD_URL
elif [ "${CI:-}" = woodpecker ]; then
    pipeline=$CI_REPO branch=$CI_COMMIT_BRANCH url=$CI_PIPELINE_URL
else
    echo "ci-failure: this is no CI that I know; set DESK_CI_PIPELINE" >&2
    exit 2
fi

# A key has no spaces.
key=$(printf 'ci:%s:%s' "$pipeline" "$branch" | tr -s '[:space:]' '_')

case $outcome in
failed)
    live=$(desk list --format ids is:live "key:$key")
    done_with=$(desk list --format ids status:resolved,closed "key:$key" \
        --sort -updated --limit 1)
    if [ -z "$live" ] && [ -n "$done_with" ]; then
        # Refused where it was closed too long ago: then it is a new ticket.
        code=0
        desk reopen "$done_with" -m "Fails again: $url" || code=$?
        case $code in
        0) exit 0 ;;
        4) ;;
        *) exit "$code" ;;
        esac
    fi
    desk open "$pipeline fails on $branch" --key "$key" \
        --requester "$DESK_BY" --via alert --category build/pipeline \
        --impact low --urgency medium --description "$url"
    ;;
passed)
    for id in $(desk list --format ids is:live "key:$key"); do
        desk resolve "$id" --code fixed -m "Passes again: $url"
    done
    ;;
*)
    echo "usage: ci-failure.sh failed|passed" >&2
    exit 2
    ;;
esac
