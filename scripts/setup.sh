# shellcheck shell=bash
# Makes this checkout ready to run. Sourced by the other scripts, which then call
#
#     prepare demo    system packages for libvirt-python, .venv, chanfix in it
#     prepare test    the same, plus QEMU and everything that the tests use
#
# A second run asks dpkg or rpm, compares one stamp and is done.

set -euo pipefail

PROJECT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
VENV=$PROJECT/.venv

prepare() {
    local level=$1
    find_python || install_python
    install_missing "$level"
    make_venv
    install_chanfix "$level"
}

# Shows a command, then runs it.
run() {
    printf '\n$ %s\n' "$*"
    "$@"
}

note() {
    printf 'setup: %s\n' "$*" >&2
}

fail() {
    note "$@"
    exit 3
}

retry() {
    local pause
    for pause in 3 10 30; do
        "$@" && return
        note "failed, once more in $pause seconds: $*"
        sleep "$pause"
    done
    "$@"
}

# --- Python

# Sets PYTHON: the one in .venv when that is sound, else the first of the machine's that is new enough.
find_python() {
    local name
    if venv_is_sound; then
        PYTHON=$VENV/bin/python
        return
    fi
    for name in python3 python3.{11,12,13,14}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            PYTHON=$name
            return
        fi
    done
    return 1
}

venv_is_sound() {
    "$VENV/bin/python" -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

install_python() {
    local minor
    if has_installer && become_root; then
        note "no Python 3.11 or later here, asking $INSTALLER for one"
        for minor in 14 13 12 11; do
            if install_packages "python3.$minor" 2>/dev/null && find_python; then
                return
            fi
        done
    fi
    fail "chanfix needs Python 3.11 or later, and none was found as python3 or python3.11 to python3.14"
}

make_venv() {
    venv_is_sound && return
    "$PYTHON" -c 'import ensurepip' 2>/dev/null ||
        fail "$PYTHON cannot make a virtual environment: its module ensurepip is missing (on Debian and Ubuntu it is in the package python3-venv)"
    note "making .venv"
    "$PYTHON" -m venv --clear "$VENV"
}

# What the interpreter itself lacks: header files to compile against, and on Debian pip for a new .venv.
has_headers() {
    "$PYTHON" -c 'import os, sys, sysconfig
sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))'
}

python_version() {
    "$PYTHON" -c 'import sys; print("%d.%d" % sys.version_info[:2])'
}

# --- System packages

# Sets INSTALLER to the package manager of this machine.
has_installer() {
    for INSTALLER in apt-get dnf; do
        command -v "$INSTALLER" >/dev/null && return
    done
    INSTALLER=
    return 1
}

wanted_packages() {
    local level=$1 version engine
    if [ "$level" = vscode ]; then
        node_packages
        return
    fi
    version=$(python_version)
    case $INSTALLER in
        apt-get)
            echo gcc pkg-config libvirt-dev
            has_headers || echo "python$version-dev"
            "$PYTHON" -c 'import ensurepip' 2>/dev/null || echo "python$version-venv"
            if [ "$level" = test ]; then
                # Newer releases have QEMU's SPICE and OpenGL in packages of their own; elsewhere the patterns match nothing.
                is_installed qemu-system-x86 || echo '~n^qemu-system-modules-spice$' '~n^qemu-system-modules-opengl$' libegl1
                echo libvirt-daemon libvirt-daemon-driver-qemu libvirt-clients virtinst
                echo qemu-system-x86 qemu-utils qemu-guest-agent ovmf libxml2-utils xsltproc git patch strace
                echo shellcheck mandoc groff-base man-db fish zsh systemd udev neovim
                node_packages
                # What templates are rendered by; a release that lacks one of them goes without.
                for engine in ruby gccgo libtemplate-perl php-cli php-twig smarty4 nodejs node-ejs libjs-handlebars; do
                    is_installed "$engine" || echo "~n^$engine\$"
                done
                is_installed chromium || echo '~n^chromium$' # Ubuntu has none
                [ "${CHANFIX_E2E_LIBVIRTD:-}" != 1 ] || echo libvirt-daemon-system
            fi
            ;;
        dnf)
            echo gcc /usr/bin/pkg-config libvirt-devel
            has_headers || echo "python$version-devel"
            if [ "$level" = test ]; then
                echo libvirt-daemon-driver-qemu libvirt-client virt-install
                echo qemu-kvm qemu-img qemu-guest-agent /usr/bin/xmllint /usr/bin/xsltproc git patch strace
                echo ShellCheck mandoc groff-base man-db fish zsh systemd systemd-udev chromium neovim
                echo ruby gcc-go perl-Template-Toolkit php-cli
                node_packages
                [ "${CHANFIX_E2E_LIBVIRTD:-}" != 1 ] || echo libvirt-daemon
            fi
            ;;
    esac
}

# What the extension for VS Code is built and tried with. Node.js from elsewhere brings its own npm, and Debian's would
# bring another one.
node_packages() {
    command -v npm >/dev/null && return
    case $INSTALLER in
        apt-get) echo nodejs npm ;;
        dnf) echo nodejs /usr/bin/npm ;;
    esac
}

is_installed() {
    case $INSTALLER in
        apt-get) dpkg-query -W -f='${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed ;;
        dnf) rpm -q --whatprovides "$1" >/dev/null 2>&1 ;;
    esac
}

install_missing() {
    local package missing=()
    if ! has_installer; then
        note "neither apt-get nor dnf here: system packages are left to you"
        return
    fi
    for package in $(wanted_packages "$1"); do  # no name holds a character that the shell would expand
        is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if become_root; then
        note "installing ${missing[*]}"
        retry install_packages "${missing[@]}"
    else
        note "not root and no sudo: skipped ${missing[*]}"
    fi
}

install_packages() {
    case $INSTALLER in
        apt-get)
            # An update may fail for a repository that has nothing to do with us; what counts is the installation.
            as_root apt-get -qq update || true
            as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 \
                install --yes --no-install-recommends "$@"
            ;;
        dnf) as_root dnf --quiet --assumeyes --setopt=install_weak_deps=False install "$@" ;;
    esac </dev/null >/dev/null
}

# Sets SUDO to what runs a command as root. Only at a terminal may sudo ask for a password.
become_root() {
    SUDO=()
    [ "$(id -u)" -ne 0 ] || return 0
    command -v sudo >/dev/null || return 1
    SUDO=(sudo)
    [ -t 0 ] || SUDO+=(-n)
    "${SUDO[@]}" true 2>/dev/null
}

as_root() {
    "${SUDO[@]}" "$@"
}

# --- chanfix in .venv

install_chanfix() {
    local level=$1 project=$PROJECT groups=() stamp
    if can_build_libvirt; then
        project+='[libvirt]'
    else
        note "libvirt-python cannot be built (it takes gcc, pkg-config and the headers of libvirt and Python):" \
            "everything that opens a connection is skipped"
    fi
    [ "$level" = demo ] || groups=(--group "$PROJECT/pyproject.toml:dev")
    stamp=$(stamp_of "$project")
    if [ "$(cat "$VENV/.stamp-$level" 2>/dev/null)" = "$stamp" ]; then
        return
    fi
    note "installing chanfix and what it needs into .venv"
    # Dependency groups came with pip 25.1.
    pip_install 'pip>=25.1'
    pip_install --editable "$project" "${groups[@]}"
    # What the tests take holds what the demo takes.
    if [ "$level" = test ]; then
        echo "$stamp" >"$VENV/.stamp-demo"
    fi
    echo "$stamp" >"$VENV/.stamp-$level"
}

pip_install() {
    retry "$VENV/bin/python" -m pip install --quiet --no-input --disable-pip-version-check "$@"
}

can_build_libvirt() {
    command -v cc >/dev/null && has_headers && pkg-config --exists libvirt 2>/dev/null
}

has_libvirt() {
    "$VENV/bin/python" -c 'import libvirt' 2>/dev/null
}

stamp_of() {
    {
        printf '%s\n' "$1"
        "$VENV/bin/python" -VV
        cat "$PROJECT/pyproject.toml"
    } | sha256sum
}
