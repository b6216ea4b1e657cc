# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_journal_global_optspecs
    string join \n data-dir= user= config= json q/quiet v/verbose no-color no-input yes h/help V/version
end

function __fish_journal_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_journal_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_journal_using_subcommand
    set -l cmd (__fish_journal_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c journal -n "__fish_journal_needs_command" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_needs_command" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_needs_command" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_needs_command" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_needs_command" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_needs_command" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_needs_command" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_needs_command" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_needs_command" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_needs_command" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_needs_command" -s V -l version -d 'Print version'
complete -c journal -n "__fish_journal_needs_command" -f -a "init" -d 'Make a journal: its keys, its files, and the first user'
complete -c journal -n "__fish_journal_needs_command" -f -a "demo" -d 'See it work: a throw-away journal, filled, searched, and checked for readable traces'
complete -c journal -n "__fish_journal_needs_command" -f -a "write" -d 'Write an entry'
complete -c journal -n "__fish_journal_needs_command" -f -a "ingest" -d 'Take texts, photographs, recordings and web addresses in'
complete -c journal -n "__fish_journal_needs_command" -f -a "search" -d 'Find entries by word and by meaning'
complete -c journal -n "__fish_journal_needs_command" -f -a "ask" -d 'Answer a question from the journal, naming the entries that the answer rests on'
complete -c journal -n "__fish_journal_needs_command" -f -a "list" -d 'List entries, newest date first'
complete -c journal -n "__fish_journal_needs_command" -f -a "show" -d 'Show an entry'
complete -c journal -n "__fish_journal_needs_command" -f -a "edit" -d 'Change an entry; what it was before is kept'
complete -c journal -n "__fish_journal_needs_command" -f -a "delete" -d 'Delete entries, with everything made of them'
complete -c journal -n "__fish_journal_needs_command" -f -a "stats" -d 'Count entries and words, month by month'
complete -c journal -n "__fish_journal_needs_command" -f -a "entity" -d 'See and put right who and what your entries speak of'
complete -c journal -n "__fish_journal_needs_command" -f -a "mood" -d 'See how your moods run, correct them, and have entries scored'
complete -c journal -n "__fish_journal_needs_command" -f -a "today" -d 'Show what was written on this day in earlier years'
complete -c journal -n "__fish_journal_needs_command" -f -a "digest" -d 'Tell what a week came to'
complete -c journal -n "__fish_journal_needs_command" -f -a "export" -d 'Take everything out: Markdown, one JSON document and the originals'
complete -c journal -n "__fish_journal_needs_command" -f -a "backup" -d 'Make backups, see what there is, prove that they restore, and remove old ones'
complete -c journal -n "__fish_journal_needs_command" -f -a "restore" -d 'Restore a backup into an empty data directory, or with --user one person into the journal here'
complete -c journal -n "__fish_journal_needs_command" -f -a "import" -d 'Bring in what was written elsewhere'
complete -c journal -n "__fish_journal_needs_command" -f -a "user" -d 'Manage people'
complete -c journal -n "__fish_journal_needs_command" -f -a "key" -d 'Manage your API keys'
complete -c journal -n "__fish_journal_needs_command" -f -a "session" -d 'Manage your logins in browsers'
complete -c journal -n "__fish_journal_needs_command" -f -a "job" -d 'See and work off what a write left for later'
complete -c journal -n "__fish_journal_needs_command" -f -a "reindex" -d 'Make what is derived from the entries anew: index, chunks, vectors'
complete -c journal -n "__fish_journal_needs_command" -f -a "keyring" -d 'See what opens the journal, and change it'
complete -c journal -n "__fish_journal_needs_command" -f -a "audit" -d 'Read and check the trail of what was done to people and keys'
complete -c journal -n "__fish_journal_needs_command" -f -a "activity" -d 'Show who did what in your journal and with your account, and who read how much'
complete -c journal -n "__fish_journal_needs_command" -f -a "egress" -d 'See and decide what leaves this machine for your journal'
complete -c journal -n "__fish_journal_needs_command" -f -a "reload" -d 'Have the running server read its files anew'
complete -c journal -n "__fish_journal_needs_command" -f -a "serve" -d 'Serve the journal over HTTP until stopped'
complete -c journal -n "__fish_journal_needs_command" -f -a "mcp" -d 'Serve the journal to an assistant over standard input and output (MCP)'
complete -c journal -n "__fish_journal_needs_command" -f -a "config" -d 'Show every setting, its value and where it comes from'
complete -c journal -n "__fish_journal_needs_command" -f -a "doctor" -d 'Check everything: keys, permissions, databases, clock, disk, pending work'
complete -c journal -n "__fish_journal_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand init" -l email -d 'E-mail address of the first user; names the account, is never written to' -r
complete -c journal -n "__fish_journal_using_subcommand init" -l name -d 'Name shown to people' -r
complete -c journal -n "__fish_journal_using_subcommand init" -l password-file -d 'File that holds the first user\'s password, `-` for standard input' -r -F
complete -c journal -n "__fish_journal_using_subcommand init" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand init" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand init" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand init" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand init" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand init" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand init" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand init" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand init" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand demo" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand demo" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand demo" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand demo" -l keep -d 'Keep the journal and print where it is'
complete -c journal -n "__fish_journal_using_subcommand demo" -l serve -d 'Then serve it over HTTP until Ctrl-C, with an account to log in'
complete -c journal -n "__fish_journal_using_subcommand demo" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand demo" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand demo" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand demo" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand demo" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand demo" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand demo" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand write" -l date -d 'Date of the entry (YYYY-MM-DD) [default: today]' -r
complete -c journal -n "__fish_journal_using_subcommand write" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand write" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand write" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand write" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand write" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand write" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand write" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand write" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand write" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand write" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand ingest" -l date -d 'Date of every entry (YYYY-MM-DD)' -r
complete -c journal -n "__fish_journal_using_subcommand ingest" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand ingest" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand ingest" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand ingest" -l pages -d 'Make one entry of all files: the pages, or the recordings, in the order given'
complete -c journal -n "__fish_journal_using_subcommand ingest" -l no-wait -d 'Leave reading, transcribing and vectors for later (`journal job run`)'
complete -c journal -n "__fish_journal_using_subcommand ingest" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand ingest" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand ingest" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand ingest" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand ingest" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand ingest" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand ingest" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand search" -l from -d 'Only entries of this date or later (YYYY-MM-DD)' -r
complete -c journal -n "__fish_journal_using_subcommand search" -l to -d 'Only entries of this date or earlier (YYYY-MM-DD)' -r
complete -c journal -n "__fish_journal_using_subcommand search" -l limit -d 'Hits a page, 1 to 50' -r
complete -c journal -n "__fish_journal_using_subcommand search" -l offset -d 'Hits to skip' -r
complete -c journal -n "__fish_journal_using_subcommand search" -l sort -d 'Order of the hits' -r -f -a "relevance\t'Best match first'
date_desc\t'Newest entry date first'
date_asc\t'Oldest entry date first'"
complete -c journal -n "__fish_journal_using_subcommand search" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand search" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand search" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand search" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand search" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand search" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand search" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand search" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand search" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand search" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand ask" -l from -d 'Only entries of this date or later (YYYY-MM-DD)' -r
complete -c journal -n "__fish_journal_using_subcommand ask" -l to -d 'Only entries of this date or earlier (YYYY-MM-DD)' -r
complete -c journal -n "__fish_journal_using_subcommand ask" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand ask" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand ask" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand ask" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand ask" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand ask" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand ask" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand ask" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand ask" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand ask" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand list" -l from -d 'Only entries of this date or later (YYYY-MM-DD)' -r
complete -c journal -n "__fish_journal_using_subcommand list" -l to -d 'Only entries of this date or earlier (YYYY-MM-DD)' -r
complete -c journal -n "__fish_journal_using_subcommand list" -l limit -d 'Entries a page, 1 to 200' -r
complete -c journal -n "__fish_journal_using_subcommand list" -l offset -d 'Entries to skip' -r
complete -c journal -n "__fish_journal_using_subcommand list" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand list" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand list" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand list" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand list" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand list" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand list" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand list" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand list" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand list" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand show" -l to -d 'Write them into this folder, as they came in' -r -F
complete -c journal -n "__fish_journal_using_subcommand show" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand show" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand show" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand show" -l history -d 'Show what it was before each edit'
complete -c journal -n "__fish_journal_using_subcommand show" -l media -d 'List the photographs and recordings that it was made of'
complete -c journal -n "__fish_journal_using_subcommand show" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand show" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand show" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand show" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand show" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand show" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand show" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand edit" -l text -d 'File with the new text, `-` for standard input' -r -F
complete -c journal -n "__fish_journal_using_subcommand edit" -l date -d 'New date (YYYY-MM-DD)' -r
complete -c journal -n "__fish_journal_using_subcommand edit" -l title -d 'New title; an empty one removes it' -r
complete -c journal -n "__fish_journal_using_subcommand edit" -l tag -d 'Tag to add, repeatable' -r
complete -c journal -n "__fish_journal_using_subcommand edit" -l untag -d 'Tag to remove, repeatable' -r
complete -c journal -n "__fish_journal_using_subcommand edit" -l restore -d 'Make this earlier version the present one again' -r
complete -c journal -n "__fish_journal_using_subcommand edit" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand edit" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand edit" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand edit" -l accept -d 'Accept an assistant\'s words as the journal\'s own, so that people, places and moods are looked for in them'
complete -c journal -n "__fish_journal_using_subcommand edit" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand edit" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand edit" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand edit" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand edit" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand edit" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand delete" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand delete" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand delete" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand delete" -l dry-run -d 'Show what would be deleted, and delete nothing'
complete -c journal -n "__fish_journal_using_subcommand delete" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand delete" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand delete" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand delete" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand delete" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand delete" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand stats" -l from -d 'Only entries of this date or later (YYYY-MM-DD)' -r
complete -c journal -n "__fish_journal_using_subcommand stats" -l to -d 'Only entries of this date or earlier (YYYY-MM-DD)' -r
complete -c journal -n "__fish_journal_using_subcommand stats" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand stats" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand stats" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand stats" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand stats" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand stats" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand stats" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand stats" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand stats" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand stats" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "list" -d 'List people, places and the like, by type and name'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "show" -d 'Show what is known of one, and where entries speak of it'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "extract" -d 'Look for people, places and the like in entries'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "rename" -d 'Give one another name; the old one stays as another name'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "describe" -d 'Say what there is to know of one; it helps to tell it from others'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "type" -d 'Say what one is'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "alias" -d 'Give one another name, or take one away'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "merge" -d 'Make some part of another; `journal entity undo` makes them two again'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "undo" -d 'Undo a merge: the one that went is there again, with its mentions and names'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "history" -d 'List what was merged into one, newest first'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "split" -d 'Give mentions of one to another, or to a new one'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "different" -d 'Say that two are two, so that they are not found as a pair again'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "quarantine" -d 'Set one aside: it is listed and counted no longer'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "release" -d 'Take one back that was set aside'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "delete" -d 'Delete some with their mentions, so that no later look makes them again'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "allow" -d 'Let a name be found again that you told to be nothing'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l type -d 'Only those of this type' -r -f -a "person\t'Somebody'
place\t'Somewhere'
activity\t'What people do'
organization\t'A company, a school, a club'
topic\t'What people think or talk about'
other\t'Anything else'"
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l search -d 'Only those with this in a name' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l limit -d 'Rows a page, 1 to 200' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l offset -d 'Rows to skip' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l quarantined -d 'List what is set aside instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l candidates -d 'List pairs that may be one instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l different -d 'List pairs that you told to be two instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l dismissed -d 'List names that you told to be nothing instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -l limit -d 'Mentions to show, newest first, 1 to 200' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -l offset -d 'Mentions to skip' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l entry -d 'Only this entry' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l from -d 'Only entries of this date or later (YYYY-MM-DD)' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l to -d 'Only entries of this date or earlier (YYYY-MM-DD)' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l stale -d 'Only entries that were not looked through since their text was written'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l no-wait -d 'Leave the work to a server, or to `journal job run`'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from rename" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from rename" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from rename" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from rename" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from rename" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from rename" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from rename" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from rename" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from rename" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from rename" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from describe" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from describe" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from describe" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from describe" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from describe" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from describe" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from describe" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from describe" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from describe" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from type" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from type" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from type" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from type" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from type" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from type" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from type" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from type" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from type" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from type" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -f -a "add" -d 'Give one another name'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -f -a "remove" -d 'Take another name from one, for good'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from merge" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from merge" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from merge" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from merge" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from merge" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from merge" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from merge" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from merge" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from merge" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from merge" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from undo" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from undo" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from undo" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from undo" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from undo" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from undo" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from undo" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from undo" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from undo" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from undo" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from history" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from history" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from history" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from history" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from history" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from history" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from history" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from history" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from history" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l mentions -d 'Numbers of its mentions, as `journal entity show` shows them' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l into -d 'Give them to this one' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l name -d 'Give them to a new one of this name' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l type -d 'What the new one is [default: what the other is]' -r -f -a "person\t'Somebody'
place\t'Somewhere'
activity\t'What people do'
organization\t'A company, a school, a club'
topic\t'What people think or talk about'
other\t'Anything else'"
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -l undo -d 'Take a decision back, by its number in `journal entity list --different`' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -l reason -d 'Why' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from release" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from release" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from release" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from release" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from release" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from release" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from release" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from release" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from release" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from release" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -l dry-run -d 'Show what would be deleted, and delete nothing'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -l type -d 'Only as this type' -r -f -a "person\t'Somebody'
place\t'Somewhere'
activity\t'What people do'
organization\t'A company, a school, a club'
topic\t'What people think or talk about'
other\t'Anything else'"
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "list" -d 'List people, places and the like, by type and name'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show what is known of one, and where entries speak of it'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "extract" -d 'Look for people, places and the like in entries'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "rename" -d 'Give one another name; the old one stays as another name'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "describe" -d 'Say what there is to know of one; it helps to tell it from others'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "type" -d 'Say what one is'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "alias" -d 'Give one another name, or take one away'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "merge" -d 'Make some part of another; `journal entity undo` makes them two again'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "undo" -d 'Undo a merge: the one that went is there again, with its mentions and names'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "history" -d 'List what was merged into one, newest first'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "split" -d 'Give mentions of one to another, or to a new one'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "different" -d 'Say that two are two, so that they are not found as a pair again'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "quarantine" -d 'Set one aside: it is listed and counted no longer'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "release" -d 'Take one back that was set aside'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete some with their mentions, so that no later look makes them again'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "allow" -d 'Let a name be found again that you told to be nothing'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -f -a "show" -d 'Show how an entry was scored, why, by whom, and what you say'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -f -a "set" -d 'Say how it was; that counts before every score, and no run takes it back'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -f -a "clear" -d 'Take back what you said; the score that was made counts again'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -f -a "trend" -d 'Show how moods run over time'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -f -a "rescore" -d 'Have entries scored that lack a score, or were changed since they got theirs'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -f -a "dimensions" -d 'List what moods are measured by'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from show" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from show" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from show" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from show" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from show" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from show" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -l note -d 'A few words beside it' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from clear" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from clear" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from clear" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from clear" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from clear" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from clear" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from clear" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from clear" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from clear" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from clear" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l dimension -d 'Only this dimension, repeatable' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l from -d 'Only entries of this date or later (YYYY-MM-DD)' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l to -d 'Only entries of this date or earlier (YYYY-MM-DD)' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l bin -d 'What is averaged' -r -f -a "day\t'A day'
week\t'From Monday'
month\t'From the 1st'
quarter\t'From the 1st of January, April, July or October'
year\t'From 1 January'"
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l heatmap -d 'Draw a calendar of one dimension, a mark a day'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l from -d 'Only entries of this date or later (YYYY-MM-DD)' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l to -d 'Only entries of this date or earlier (YYYY-MM-DD)' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l entry -d 'Score this entry alone' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l force -d 'Score every entry anew'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l dry-run -d 'Show how many entries that is and what it costs, about; do nothing'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l prune -d 'Remove the scores of dimensions that moods are no longer measured by; asks first'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l with-my-scores -d 'Remove of those dimensions what you said, too'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l no-wait -d 'Leave the work to a server, or to `journal job run`'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from dimensions" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from dimensions" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from dimensions" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from dimensions" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from dimensions" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from dimensions" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from dimensions" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from dimensions" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from dimensions" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from dimensions" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show how an entry was scored, why, by whom, and what you say'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from help" -f -a "set" -d 'Say how it was; that counts before every score, and no run takes it back'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from help" -f -a "clear" -d 'Take back what you said; the score that was made counts again'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from help" -f -a "trend" -d 'Show how moods run over time'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from help" -f -a "rescore" -d 'Have entries scored that lack a score, or were changed since they got theirs'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from help" -f -a "dimensions" -d 'List what moods are measured by'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand today" -l date -d 'Another day, YYYY-MM-DD' -r
complete -c journal -n "__fish_journal_using_subcommand today" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand today" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand today" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand today" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand today" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand today" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand today" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand today" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand today" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand today" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand digest" -l week -d 'A week as ISO 8601 numbers it, like 2026-W07; this week without a value' -r
complete -c journal -n "__fish_journal_using_subcommand digest" -l date -d 'A day of the week instead, YYYY-MM-DD' -r
complete -c journal -n "__fish_journal_using_subcommand digest" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand digest" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand digest" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand digest" -l notify -d 'Also send the numbers, without any name or word, over the ways you are notified'
complete -c journal -n "__fish_journal_using_subcommand digest" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand digest" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand digest" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand digest" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand digest" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand digest" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand digest" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand export" -l to -d 'Folder to write to, new or empty; with --encrypt-to or --passphrase-file, a new file' -r -F
complete -c journal -n "__fish_journal_using_subcommand export" -l encrypt-to -d 'Encrypt to this recipient, an age1… key or a line of an SSH public key; can be given several times' -r
complete -c journal -n "__fish_journal_using_subcommand export" -l passphrase-file -d 'Encrypt with the passphrase in this file instead, `-` for standard input' -r -F
complete -c journal -n "__fish_journal_using_subcommand export" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand export" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand export" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand export" -l skip-damaged -d 'Leave out originals that are damaged or missing, and say which'
complete -c journal -n "__fish_journal_using_subcommand export" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand export" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand export" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand export" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand export" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand export" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -f -a "create" -d 'Make a backup while the journal is in use'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -f -a "list" -d 'List the backups in a folder; it needs neither a key nor a journal'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -f -a "verify" -d 'Read a backup through: every byte decrypted, every hash, database, chain and original checked'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -f -a "drill" -d 'Try a backup for real: restore it into a work folder, open it, count, search, open originals, delete it'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -f -a "prune" -d 'Remove old backups, and the originals that none of the others needs'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l to -d 'Folder for the backups, made if need be; the setting backup.dir without it' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -s r -l recipient -d 'Public key that opens the backup: age1…, or a line of an SSH public key file' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l recipients-file -d 'File with one public key a line; # begins a comment' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l passphrase-file -d 'File with a passphrase that opens the backup, in the place of keys' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l keep-daily -d 'Keep the newest backup of each of the last N days that have one, and remove what no rule keeps' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l keep-weekly -d 'The same by weeks' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l keep-monthly -d 'The same by months' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l without-derived -d 'Leave vectors and full-text index out; restoring makes them anew'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l check -d 'Read everything back from the disk and compare it'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from list" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from list" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from list" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from list" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from list" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from list" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -s i -l identity -d 'File with an age identity or an SSH private key, mode 0600; may be given more than once' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -l passphrase-file -d 'File with the passphrase of the archive, or of the identities; asked for on a terminal' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -l media -d 'Folder of the originals, if it is not `media` beside the archive' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -l scratch -d 'Folder for work files, which are encrypted and go away; that of the archive if not given' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -s i -l identity -d 'File with an age identity or an SSH private key, mode 0600; may be given more than once' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -l passphrase-file -d 'File with the passphrase of the archive, or of the identities; asked for on a terminal' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -l media -d 'Folder of the originals, if it is not `media` beside the archive' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -l scratch -d 'Folder for work files, which are encrypted and go away; that of the archive if not given' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l keep-daily -d 'Keep the newest backup of each of the last N days that have one, and remove what no rule keeps' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l keep-weekly -d 'The same by weeks' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l keep-monthly -d 'The same by months' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l dry-run -d 'Show what would be removed, and remove nothing'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make a backup while the journal is in use'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the backups in a folder; it needs neither a key nor a journal'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Read a backup through: every byte decrypted, every hash, database, chain and original checked'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "drill" -d 'Try a backup for real: restore it into a work folder, open it, count, search, open originals, delete it'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove old backups, and the originals that none of the others needs'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand restore" -s i -l identity -d 'File with an age identity or an SSH private key, mode 0600; may be given more than once' -r -F
complete -c journal -n "__fish_journal_using_subcommand restore" -l passphrase-file -d 'File with the passphrase of the archive, or of the identities; asked for on a terminal' -r -F
complete -c journal -n "__fish_journal_using_subcommand restore" -l media -d 'Folder of the originals, if it is not `media` beside the archive' -r -F
complete -c journal -n "__fish_journal_using_subcommand restore" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand restore" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand restore" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand restore" -l without-missing-media -d 'Go on although originals are missing, and say which'
complete -c journal -n "__fish_journal_using_subcommand restore" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand restore" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand restore" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand restore" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand restore" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand restore" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand restore" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -f -a "journal-server" -d 'Bring over everybody of a Python journal-server: journals, logins, API keys, settings'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -f -a "journal" -d 'Bring back what `journal export` took out, into an empty journal'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -f -a "markdown" -d 'Bring in a folder of notes: Markdown and plain text, with the pictures and recordings they show'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -f -a "jrnl" -d 'Bring in a journal of jrnl: its JSON export, or its text'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -f -a "day-one" -d 'Bring in a journal of Day One: the ZIP of its JSON export'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -l db -d 'Its database, usually journal.db; stop the Python server first' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -l owner -d 'Whose journal here a user\'s there becomes; by default the one with the same address' -r
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -l dry-run -d 'Show what would come over, and bring nothing'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -s i -l identity -d 'File of an identity that opens an encrypted export; can be given several times' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -l passphrase-file -d 'File of the passphrase that opens it, or the identity; `-` for standard input' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -l dry-run -d 'Read everything and check it, and write nothing'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -l no-wait -d 'Leave vectors for later (`journal job run`)'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -l dry-run -d 'Show what would be taken, and take nothing'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -l no-wait -d 'Leave vectors for later (`journal job run`)'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -l dry-run -d 'Show what would be taken, and take nothing'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -l no-wait -d 'Leave vectors for later (`journal job run`)'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -l dry-run -d 'Show what would be taken, and take nothing'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -l no-wait -d 'Leave vectors for later (`journal job run`)'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from help" -f -a "journal-server" -d 'Bring over everybody of a Python journal-server: journals, logins, API keys, settings'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from help" -f -a "journal" -d 'Bring back what `journal export` took out, into an empty journal'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from help" -f -a "markdown" -d 'Bring in a folder of notes: Markdown and plain text, with the pictures and recordings they show'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from help" -f -a "jrnl" -d 'Bring in a journal of jrnl: its JSON export, or its text'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from help" -f -a "day-one" -d 'Bring in a journal of Day One: the ZIP of its JSON export'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -f -a "add" -d 'Add a person, with a journal of their own'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -f -a "list" -d 'List everybody'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -f -a "show" -d 'Show one person\'s account, never what they wrote'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -f -a "passwd" -d 'Set a password'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -f -a "enable" -d 'Let a person in again'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -f -a "disable" -d 'Shut a person out; their keys stop working at once'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -f -a "admin" -d 'Make a person an admin, or a member again'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -f -a "unlock" -d 'Lift the lock after failed logins'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -f -a "contain" -d 'Revoke everything that opens an account at once, and tell what was read; nothing is deleted'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -f -a "reset-link" -d 'Make a link that sets a new password, to hand over; it works once, for 30 minutes'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -f -a "delete" -d 'Delete a person and their journal; can be undone for 7 days'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -f -a "purge" -d 'Destroy the journals of people who were deleted 7 days ago, and print what went'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show passwd enable disable admin unlock contain reset-link delete purge help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -l name -d 'Name shown to people' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -l role -d 'admin, member or readonly' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -l password-file -d 'File that holds the password, `-` for standard input' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from list" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from list" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from list" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from list" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from list" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from list" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from show" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from show" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from show" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from show" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from show" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from show" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -l password-file -d 'File that holds the password, `-` for standard input' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from enable" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from enable" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from enable" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from enable" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from enable" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from enable" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from enable" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from enable" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from enable" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from enable" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from disable" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from disable" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from disable" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from disable" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from disable" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from disable" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from disable" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from disable" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from disable" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -l revoke -d 'Take the role away'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from unlock" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from unlock" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from unlock" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from unlock" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from unlock" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from unlock" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from unlock" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from unlock" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from unlock" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from unlock" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -l since -d 'Tell what was read since: 7d, 12h, a date, or an instant' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from reset-link" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from reset-link" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from reset-link" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from reset-link" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from reset-link" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from reset-link" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from reset-link" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from reset-link" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from reset-link" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from reset-link" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -l undo -d 'Take a deletion back'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -l now -d 'Destroy everything at once; nothing takes it back'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from purge" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from purge" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from purge" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from purge" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from purge" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from purge" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from purge" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from purge" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from purge" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from purge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "add" -d 'Add a person, with a journal of their own'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "list" -d 'List everybody'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one person\'s account, never what they wrote'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "passwd" -d 'Set a password'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "enable" -d 'Let a person in again'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "disable" -d 'Shut a person out; their keys stop working at once'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "admin" -d 'Make a person an admin, or a member again'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "unlock" -d 'Lift the lock after failed logins'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "contain" -d 'Revoke everything that opens an account at once, and tell what was read; nothing is deleted'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "reset-link" -d 'Make a link that sets a new password, to hand over; it works once, for 30 minutes'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete a person and their journal; can be undone for 7 days'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "purge" -d 'Destroy the journals of people who were deleted 7 days ago, and print what went'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -f -a "add" -d 'Make a key; it is shown this once'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -f -a "list" -d 'List your keys, dead ones included'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -f -a "rotate" -d 'Replace a key by a new one with the same name and scopes'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -f -a "revoke" -d 'Revoke a key; it stops working at once'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l scope -d 'What it may do, repeatable [default: entries:read, entries:write, ingest, search]' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l from -d 'Let it reach only entries of this date or later (YYYY-MM-DD)' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l to -d 'Let it reach only entries of this date or earlier (YYYY-MM-DD)' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l entries-per-day -d 'Hand it at most so many entries a day (UTC), counted each time' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l without-tag -d 'Keep entries with this tag from it, repeatable' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l expires -d 'How long it works: days such as 90d, or `never`' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l allow-ip -d 'Addresses it may be used from, as a CIDR block, repeatable [default: anywhere]' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l read-only -d 'Let it read and search, and nothing else'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from list" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from list" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from list" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from list" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from list" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from list" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from rotate" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from rotate" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from rotate" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from rotate" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from rotate" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from rotate" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from rotate" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from rotate" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from rotate" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from rotate" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from revoke" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from revoke" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from revoke" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from revoke" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from revoke" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from revoke" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from revoke" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from revoke" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from revoke" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from help" -f -a "add" -d 'Make a key; it is shown this once'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from help" -f -a "list" -d 'List your keys, dead ones included'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from help" -f -a "rotate" -d 'Replace a key by a new one with the same name and scopes'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from help" -f -a "revoke" -d 'Revoke a key; it stops working at once'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -f -a "list" -d 'List the logins that are not over'
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -f -a "revoke" -d 'End a login at once'
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from list" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from list" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from list" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from list" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from list" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from list" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -l all -d 'Every login'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the logins that are not over'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "revoke" -d 'End a login at once'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -f -a "list" -d 'List the newest jobs'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -f -a "show" -d 'Show one job'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -f -a "run" -d 'Work off everything that is due'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -f -a "retry" -d 'Try a job again that failed or was called off'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -f -a "cancel" -d 'Call a job off that is queued or running'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l status -d 'Only jobs that are queued, running, succeeded, failed or cancelled; one that waits for another attempt is running' -r
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l type -d 'Only jobs of this type, such as `ingest_images`' -r
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l search -d 'Only jobs with this in their id, type or error' -r
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l limit -d 'Jobs a page, 1 to 500' -r
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l offset -d 'Jobs to skip' -r
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from show" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from show" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from show" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from show" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from show" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from show" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from run" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from run" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from run" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from run" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from run" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from run" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from run" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from run" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from run" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from retry" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from retry" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from retry" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from retry" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from retry" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from retry" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from retry" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from retry" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from retry" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from retry" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from cancel" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from cancel" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from cancel" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from cancel" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from cancel" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from cancel" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from cancel" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from cancel" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from cancel" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from cancel" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the newest jobs'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one job'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "run" -d 'Work off everything that is due'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "retry" -d 'Try a job again that failed or was called off'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "cancel" -d 'Call a job off that is queued or running'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand reindex" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand reindex" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand reindex" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand reindex" -l chunks -d 'Cut every entry into chunks anew, with the present chunking settings'
complete -c journal -n "__fish_journal_using_subcommand reindex" -l embed -d 'Make every vector anew, with the present embedder'
complete -c journal -n "__fish_journal_using_subcommand reindex" -l fts -d 'Make the full-text index anew'
complete -c journal -n "__fish_journal_using_subcommand reindex" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand reindex" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand reindex" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand reindex" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand reindex" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand reindex" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand reindex" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -f -a "status" -d 'Show the root key\'s fingerprint, where keyring and secret are, and when a recovery kit was made'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -f -a "rotate" -d 'Replace the secret; the old one opens nothing afterwards'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -f -a "recover-kit" -d 'Write the root key as a sheet to print, for the day the secret is lost'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -f -a "check-kit" -d 'Check a typed recovery kit: does it open this journal as it is now?'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from status" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from status" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from status" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from status" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from status" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from status" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from status" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -l new-secret-file -d 'File with the new secret, for a secret that the environment gives' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -l kit -d 'File with a typed recovery kit, `-` for standard input: the secret is lost' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -l deep -d 'Give every database a new key too'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -l to -d 'New file for the sheet, with mode 0600; without it the sheet is shown' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from check-kit" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from check-kit" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from check-kit" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from check-kit" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from check-kit" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from check-kit" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from check-kit" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from check-kit" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from check-kit" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from check-kit" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show the root key\'s fingerprint, where keyring and secret are, and when a recovery kit was made'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from help" -f -a "rotate" -d 'Replace the secret; the old one opens nothing afterwards'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from help" -f -a "recover-kit" -d 'Write the root key as a sheet to print, for the day the secret is lost'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from help" -f -a "check-kit" -d 'Check a typed recovery kit: does it open this journal as it is now?'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -f -a "list" -d 'List the newest events'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -f -a "verify" -d 'Check that no event was changed, removed or slipped in, and that the signed checkpoints agree'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -f -a "export" -d 'Write every event and checkpoint as NDJSON, signed by the server, for somebody else to keep and check'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -l limit -d 'Events to show, 1 to 1000' -r
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -l before -d 'Only events before this one' -r
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from verify" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from verify" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from verify" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from verify" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from verify" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from verify" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from verify" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -l to -d 'New file to write to; standard output without it' -r -F
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the newest events'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Check that no event was changed, removed or slipped in, and that the signed checkpoints agree'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write every event and checkpoint as NDJSON, signed by the server, for somebody else to keep and check'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand activity" -l since -d 'Only what happened since: 7d, 12h, a date, or an instant' -r
complete -c journal -n "__fish_journal_using_subcommand activity" -l limit -d 'Lines to show, 1 to 200' -r
complete -c journal -n "__fish_journal_using_subcommand activity" -l offset -d 'Lines to skip' -r
complete -c journal -n "__fish_journal_using_subcommand activity" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand activity" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand activity" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand activity" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand activity" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand activity" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand activity" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand activity" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand activity" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand activity" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -f -a "list" -d 'List every request that left, newest first; never what was in it'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -f -a "report" -d 'Sum up what left, by provider, purpose and model'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -f -a "preview" -d 'Show an entry as a provider would be given it; nothing is sent'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -f -a "policy" -d 'Show what may leave, and change it'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l from -d 'First day, YYYY-MM-DD, UTC' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l to -d 'Last day, YYYY-MM-DD, UTC' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l purpose -d 'Only what left for this, such as `embedding`' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l limit -d 'Requests to show, 1 to 200' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l offset -d 'Requests to skip' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -l from -d 'First day, YYYY-MM-DD, UTC' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -l to -d 'Last day, YYYY-MM-DD, UTC' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from preview" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from preview" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from preview" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from preview" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from preview" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from preview" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from preview" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from preview" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from preview" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from preview" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l local-only -d '`on`: nothing leaves at all, not even to a server on this machine' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l purposes -d 'What may leave, separated by commas; `all` is whatever the server\'s settings allow, `none` nothing' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l redact -d 'What is replaced by placeholders: phones, emails, national-ids, separated by commas, or `none`' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l word -d 'A word of your own to replace likewise, repeatable' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l forget-word -d 'A word to replace no longer, repeatable' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from help" -f -a "list" -d 'List every request that left, newest first; never what was in it'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from help" -f -a "report" -d 'Sum up what left, by provider, purpose and model'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from help" -f -a "preview" -d 'Show an entry as a provider would be given it; nothing is sent'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from help" -f -a "policy" -d 'Show what may leave, and change it'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand reload" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand reload" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand reload" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand reload" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand reload" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand reload" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand reload" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand reload" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand reload" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand reload" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand serve" -l bind -d 'Address to listen on [default: 127.0.0.1]' -r
complete -c journal -n "__fish_journal_using_subcommand serve" -l port -d 'Port to listen on; 0 takes a free one [default: 8400]' -r
complete -c journal -n "__fish_journal_using_subcommand serve" -l unix -d 'Socket file to listen on instead' -r -F
complete -c journal -n "__fish_journal_using_subcommand serve" -l tls-cert -d 'Certificate chain, PEM' -r -F
complete -c journal -n "__fish_journal_using_subcommand serve" -l tls-key -d 'Private key of the certificate, PEM' -r -F
complete -c journal -n "__fish_journal_using_subcommand serve" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand serve" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand serve" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand serve" -l behind-proxy -d 'Allow cleartext beyond the loopback address: a proxy in front ends TLS'
complete -c journal -n "__fish_journal_using_subcommand serve" -l check -d 'Check settings, keys and files, and leave again'
complete -c journal -n "__fish_journal_using_subcommand serve" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand serve" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand serve" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand serve" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand serve" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand serve" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -f -a "config" -d 'Print what a client has to be told to find this journal'
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -l http -d 'Ask the server at this address, such as `https://journal.example`' -r
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from help" -f -a "config" -d 'Print what a client has to be told to find this journal'
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand config" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand config" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand config" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand config" -l changed -d 'Only settings that do not have their default'
complete -c journal -n "__fish_journal_using_subcommand config" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand config" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand config" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand config" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand config" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand config" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand config" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand doctor" -l data-dir -d 'Where the encrypted files live' -r -F
complete -c journal -n "__fish_journal_using_subcommand doctor" -l user -d 'Whose journal (e-mail address); the only user needs no naming' -r
complete -c journal -n "__fish_journal_using_subcommand doctor" -l config -d 'Config file' -r -F
complete -c journal -n "__fish_journal_using_subcommand doctor" -l fix -d 'Mend permissions first'
complete -c journal -n "__fish_journal_using_subcommand doctor" -l json -d 'Print JSON, errors too'
complete -c journal -n "__fish_journal_using_subcommand doctor" -s q -l quiet -d 'Say less'
complete -c journal -n "__fish_journal_using_subcommand doctor" -s v -l verbose -d 'Log more; twice for everything'
complete -c journal -n "__fish_journal_using_subcommand doctor" -l no-color -d 'No colour and no animation'
complete -c journal -n "__fish_journal_using_subcommand doctor" -l no-input -d 'Never ask; fail naming the flag that answers'
complete -c journal -n "__fish_journal_using_subcommand doctor" -l yes -d 'Answer yes to every question'
complete -c journal -n "__fish_journal_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "init" -d 'Make a journal: its keys, its files, and the first user'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "demo" -d 'See it work: a throw-away journal, filled, searched, and checked for readable traces'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "write" -d 'Write an entry'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "ingest" -d 'Take texts, photographs, recordings and web addresses in'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "search" -d 'Find entries by word and by meaning'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "ask" -d 'Answer a question from the journal, naming the entries that the answer rests on'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "list" -d 'List entries, newest date first'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "show" -d 'Show an entry'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "edit" -d 'Change an entry; what it was before is kept'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "delete" -d 'Delete entries, with everything made of them'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "stats" -d 'Count entries and words, month by month'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "entity" -d 'See and put right who and what your entries speak of'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "mood" -d 'See how your moods run, correct them, and have entries scored'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "today" -d 'Show what was written on this day in earlier years'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "digest" -d 'Tell what a week came to'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "export" -d 'Take everything out: Markdown, one JSON document and the originals'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "backup" -d 'Make backups, see what there is, prove that they restore, and remove old ones'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "restore" -d 'Restore a backup into an empty data directory, or with --user one person into the journal here'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "import" -d 'Bring in what was written elsewhere'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "user" -d 'Manage people'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "key" -d 'Manage your API keys'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "session" -d 'Manage your logins in browsers'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "job" -d 'See and work off what a write left for later'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "reindex" -d 'Make what is derived from the entries anew: index, chunks, vectors'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "keyring" -d 'See what opens the journal, and change it'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "audit" -d 'Read and check the trail of what was done to people and keys'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "activity" -d 'Show who did what in your journal and with your account, and who read how much'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "egress" -d 'See and decide what leaves this machine for your journal'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "reload" -d 'Have the running server read its files anew'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "serve" -d 'Serve the journal over HTTP until stopped'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "mcp" -d 'Serve the journal to an assistant over standard input and output (MCP)'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "config" -d 'Show every setting, its value and where it comes from'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "doctor" -d 'Check everything: keys, permissions, databases, clock, disk, pending work'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete stats entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "list" -d 'List people, places and the like, by type and name'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "show" -d 'Show what is known of one, and where entries speak of it'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "extract" -d 'Look for people, places and the like in entries'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "rename" -d 'Give one another name; the old one stays as another name'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "describe" -d 'Say what there is to know of one; it helps to tell it from others'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "type" -d 'Say what one is'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "alias" -d 'Give one another name, or take one away'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "merge" -d 'Make some part of another; `journal entity undo` makes them two again'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "undo" -d 'Undo a merge: the one that went is there again, with its mentions and names'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "history" -d 'List what was merged into one, newest first'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "split" -d 'Give mentions of one to another, or to a new one'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "different" -d 'Say that two are two, so that they are not found as a pair again'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "quarantine" -d 'Set one aside: it is listed and counted no longer'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "release" -d 'Take one back that was set aside'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "delete" -d 'Delete some with their mentions, so that no later look makes them again'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "allow" -d 'Let a name be found again that you told to be nothing'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from mood" -f -a "show" -d 'Show how an entry was scored, why, by whom, and what you say'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from mood" -f -a "set" -d 'Say how it was; that counts before every score, and no run takes it back'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from mood" -f -a "clear" -d 'Take back what you said; the score that was made counts again'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from mood" -f -a "trend" -d 'Show how moods run over time'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from mood" -f -a "rescore" -d 'Have entries scored that lack a score, or were changed since they got theirs'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from mood" -f -a "dimensions" -d 'List what moods are measured by'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "create" -d 'Make a backup while the journal is in use'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "list" -d 'List the backups in a folder; it needs neither a key nor a journal'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "verify" -d 'Read a backup through: every byte decrypted, every hash, database, chain and original checked'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "drill" -d 'Try a backup for real: restore it into a work folder, open it, count, search, open originals, delete it'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "prune" -d 'Remove old backups, and the originals that none of the others needs'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from import" -f -a "journal-server" -d 'Bring over everybody of a Python journal-server: journals, logins, API keys, settings'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from import" -f -a "journal" -d 'Bring back what `journal export` took out, into an empty journal'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from import" -f -a "markdown" -d 'Bring in a folder of notes: Markdown and plain text, with the pictures and recordings they show'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from import" -f -a "jrnl" -d 'Bring in a journal of jrnl: its JSON export, or its text'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from import" -f -a "day-one" -d 'Bring in a journal of Day One: the ZIP of its JSON export'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "add" -d 'Add a person, with a journal of their own'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "list" -d 'List everybody'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "show" -d 'Show one person\'s account, never what they wrote'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "passwd" -d 'Set a password'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "enable" -d 'Let a person in again'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "disable" -d 'Shut a person out; their keys stop working at once'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "admin" -d 'Make a person an admin, or a member again'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "unlock" -d 'Lift the lock after failed logins'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "contain" -d 'Revoke everything that opens an account at once, and tell what was read; nothing is deleted'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "reset-link" -d 'Make a link that sets a new password, to hand over; it works once, for 30 minutes'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "delete" -d 'Delete a person and their journal; can be undone for 7 days'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "purge" -d 'Destroy the journals of people who were deleted 7 days ago, and print what went'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from key" -f -a "add" -d 'Make a key; it is shown this once'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from key" -f -a "list" -d 'List your keys, dead ones included'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from key" -f -a "rotate" -d 'Replace a key by a new one with the same name and scopes'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from key" -f -a "revoke" -d 'Revoke a key; it stops working at once'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from session" -f -a "list" -d 'List the logins that are not over'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from session" -f -a "revoke" -d 'End a login at once'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "list" -d 'List the newest jobs'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "show" -d 'Show one job'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "run" -d 'Work off everything that is due'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "retry" -d 'Try a job again that failed or was called off'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "cancel" -d 'Call a job off that is queued or running'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from keyring" -f -a "status" -d 'Show the root key\'s fingerprint, where keyring and secret are, and when a recovery kit was made'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from keyring" -f -a "rotate" -d 'Replace the secret; the old one opens nothing afterwards'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from keyring" -f -a "recover-kit" -d 'Write the root key as a sheet to print, for the day the secret is lost'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from keyring" -f -a "check-kit" -d 'Check a typed recovery kit: does it open this journal as it is now?'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "list" -d 'List the newest events'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "verify" -d 'Check that no event was changed, removed or slipped in, and that the signed checkpoints agree'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "export" -d 'Write every event and checkpoint as NDJSON, signed by the server, for somebody else to keep and check'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from egress" -f -a "list" -d 'List every request that left, newest first; never what was in it'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from egress" -f -a "report" -d 'Sum up what left, by provider, purpose and model'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from egress" -f -a "preview" -d 'Show an entry as a provider would be given it; nothing is sent'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from egress" -f -a "policy" -d 'Show what may leave, and change it'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from mcp" -f -a "config" -d 'Print what a client has to be told to find this journal'
