# Takes commands out of the lists of a file and adds others; everything else stays, comments too. An empty list of
# allowed commands allows everything: none is made, and none is filled.
function edited(list, allows,    parts, count, i, all, names, gone, seen, result) {
    if (allows && list == "") return list
    gone = " " (allows ? block : allow) " "
    count = split(list, parts, ",")
    all = ""
    for (i = 1; i <= count; i++) { gsub(/[ \t\r]/, "", parts[i]); all = all " " parts[i] }
    count = split(all " " (allows ? allow : block), names, " ")
    seen = " "
    result = ""
    for (i = 1; i <= count; i++) {
        if (index(gone, " " names[i] " ") || index(seen, " " names[i] " ")) continue
        seen = seen names[i] " "
        result = result (result == "" ? "" : ",") names[i]
    }
    if (allows && result == "") failed = 1
    return result
}
# Counts a list that says what is blocked; an empty list of allowed commands says nothing.
function counted(name, list, allows) {
    if (name == setting && !(allows && list == "")) lists++
}
# The value of an environment variable that holds arguments of qemu-ga.
function arguments(name, value,    head, found, option, before) {
    head = ""
    before = lists
    while (match(value, /(--allow-rpcs|--block-rpcs|--blacklist|-a|-b)[= ]+[^\042\047 \t]*/)) {
        found = substr(value, RSTART, RLENGTH)
        head = head substr(value, 1, RSTART - 1)
        value = substr(value, RSTART + RLENGTH)
        match(found, /[= ]+/)
        option = substr(found, 1, RSTART + RLENGTH - 1)
        found = substr(found, RSTART + RLENGTH)
        counted(name, found, option ~ /^(--allow|-a)/)
        head = head option edited(found, option ~ /^(--allow|-a)/)
    }
    value = head value
    if (name == setting && lists == before && block != "") {
        gsub(/[\042\047]|--allow-rpcs=/, "", value)
        sub(/^[ \t]+/, "", value)
        sub(/[ \t\r]+$/, "", value)
        value = "\042" value (value == "" ? "" : " ") "--block-rpcs=" edited("", 0) "\042"
        lists++
    }
    return value
}
{ line = $0 }
# systemd reads a line that ends in a backslash and the next one as one.
style == "environment" && line ~ /^[ \t]*(BLACKLIST_RPC|BLOCK_RPCS|FILTER_RPC_ARGS|QEMU_GA_ARGS)=/ {
    while (line ~ /\\\r?$/ && (getline more) > 0) {
        sub(/\\\r?$/, "", line)
        line = line more
    }
}
style == "environment" && match(line, /^[ \t]*(BLACKLIST_RPC|BLOCK_RPCS)=/) {
    head = substr(line, 1, RLENGTH)
    list = substr(line, RLENGTH + 1)
    quote = list ~ /^[\042\047]/ ? substr(list, 1, 1) : ""
    gsub(/[\042\047]/, "", list)
    name = head
    gsub(/[ \t=]/, "", name)
    counted(name, list, 0)
    line = head quote edited(list, 0) quote
}
style == "environment" && match(line, /^[ \t]*(FILTER_RPC_ARGS|QEMU_GA_ARGS)=/) {
    head = substr(line, 1, RLENGTH)
    name = head
    gsub(/[ \t=]/, "", name)
    line = head arguments(name, substr(line, RLENGTH + 1))
}
style == "key" && line ~ /^[ \t]*\[/ {
    section = line
    gsub(/[^a-zA-Z]/, "", section)
    if (section == "general" && !general) general = total + 1
}
style == "key" && section == "general" && match(line, /^[ \t]*(allow-rpcs|block-rpcs|blacklist)[ \t]*=[ \t]*/) {
    head = substr(line, 1, RLENGTH)
    list = substr(line, RLENGTH + 1)
    # The two names of a list of what is blocked are one to an agent that knows both.
    counted(setting, list, head ~ /allow/)
    line = head edited(list, head ~ /allow/)
}
{ lines[++total] = line }
END {
    if (failed) exit 3
    # With no list there yet all is allowed, and what is to be blocked takes a line of its own.
    own = lists || block == "" ? "" : setting "=" (setting ~ /ARGS$/ ? "\042--block-rpcs=" edited("", 0) "\042" : edited("", 0))
    for (i = 1; i <= total; i++) {
        print lines[i]
        if (own != "" && style == "key" && i == general) { print own; own = "" }
    }
    if (own != "" && style == "key") print "[general]"
    if (own != "") print own
}
