# shellcheck shell=bash
# What scripts/deb and scripts/rpm share, which source it: both build and try a package in a bare Debian, SUITE.

source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

SUITE=${SUITE:-bookworm}

# Sets WORK, which is removed at the end.
start_work() {
    become_root || fail "a bare Debian takes root or sudo"
    WORK=$(mktemp -d -p /var/tmp)
    trap 'as_root rm -rf --one-file-system "$WORK"' EXIT
}

# Runs a command in the bare Debian of that name, which is made for the first one.
inside() {
    "$PROJECT/scripts/debian-root" "$SUITE" "$WORK/$1" -- "${@:2}"
}

apt_inside() {
    inside "$1" apt-get -qq -o Dpkg::Use-Pty=0 --yes --no-install-recommends "${@:2}" >/dev/null
}

checkout_files() {
    git -C "$PROJECT" ls-files -z --cached --others --exclude-standard "$@"
}

# Writes the checkout as an archive; arguments go to tar.
archive_checkout() {
    checkout_files | tar -C "$PROJECT" --null --files-from=- --create "$@"
}

# Copies packages, the files of examples/ and scripts/try-package to where they are tried.
copy_to_try() {
    inside try true
    as_root cp "$@" "$PROJECT"/examples/*.xml "$PROJECT/scripts/try-package" "$WORK/try/root/"
}

# Reads what dpkg-deb or rpm lists of a package, and prints mode and name of each file, with one name for both. Left
# out is what only one of them has: compiled modules, who installed it, the package's own changelog.
package_files() {
    awk '/^-/ { print $1, $NF }' | sed -E \
        -e 's, \./, /,' \
        -e 's,/usr/lib/python3(\.[0-9]+/site|/dist)-packages/,/site-packages/,' \
        -e 's,/vendor-completions/,/site-functions/,' \
        -e 's,(/usr/share/doc/chanfix)-[0-9.]+/,\1/,' \
        -e '/\.pyc$/d' \
        -e 's,/usr/share/doc/chanfix/copyright$,/LICENSE,; s,/usr/share/licenses/chanfix[^/]*/,/,' \
        -e '/dist-info\/(licenses\/LICENSE|INSTALLER|RECORD)$/d' \
        -e '/\/changelog(\.Debian)?\.gz$/d' | sort
}

# Ends with an error when a list of a package's files lacks one that the Python package has.
check_python_files() {
    local missing
    missing=$(checkout_files chanfix schemas templates | tr '\0' '\n' |
        sed -E 's,^(schemas|templates)/,chanfix/&,; s,^,/site-packages/,' |
        grep -Fxv -f <(cut -d " " -f 2 "$1") || true)
    [ -z "$missing" ] || fail "the package lacks" "$missing"
}
