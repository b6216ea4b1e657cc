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

complete -c journal -n "__fish_journal_needs_command" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_needs_command" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_needs_command" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_needs_command" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_needs_command" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_needs_command" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_needs_command" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_needs_command" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_needs_command" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_needs_command" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_needs_command" -s V -l version -d 'Print version'
complete -c journal -n "__fish_journal_needs_command" -f -a "init" -d 'Create a journal: keys, files and the first user'
complete -c journal -n "__fish_journal_needs_command" -f -a "demo" -d 'Try it in a temporary journal: ingest samples, search them, and check the files for plaintext'
complete -c journal -n "__fish_journal_needs_command" -f -a "write" -d 'Write an entry'
complete -c journal -n "__fish_journal_needs_command" -f -a "ingest" -d 'Ingest texts, photographs, recordings and web pages'
complete -c journal -n "__fish_journal_needs_command" -f -a "search" -d 'Search entries by keyword and by meaning'
complete -c journal -n "__fish_journal_needs_command" -f -a "ask" -d 'Answer a question from the journal and cite the entries'
complete -c journal -n "__fish_journal_needs_command" -f -a "list" -d 'List entries, newest first'
complete -c journal -n "__fish_journal_needs_command" -f -a "show" -d 'Show entries'
complete -c journal -n "__fish_journal_needs_command" -f -a "edit" -d 'Edit an entry; earlier versions are kept'
complete -c journal -n "__fish_journal_needs_command" -f -a "delete" -d 'Move entries to the trash, or destroy them'
complete -c journal -n "__fish_journal_needs_command" -f -a "trash" -d 'List, restore or destroy deleted entries'
complete -c journal -n "__fish_journal_needs_command" -f -a "stats" -d 'Show counts of entries and words, by month'
complete -c journal -n "__fish_journal_needs_command" -f -a "tag" -d 'List and rename the tags of your entries'
complete -c journal -n "__fish_journal_needs_command" -f -a "entity" -d 'Show and correct the people, places and other entities of your entries'
complete -c journal -n "__fish_journal_needs_command" -f -a "mood" -d 'Show, correct and compute mood scores'
complete -c journal -n "__fish_journal_needs_command" -f -a "today" -d 'Show the entries of this day in earlier years'
complete -c journal -n "__fish_journal_needs_command" -f -a "digest" -d 'Show the digest of a week'
complete -c journal -n "__fish_journal_needs_command" -f -a "export" -d 'Export everything: Markdown, one JSON document and the originals'
complete -c journal -n "__fish_journal_needs_command" -f -a "backup" -d 'Create, list, verify and prune backups, and test restoring them'
complete -c journal -n "__fish_journal_needs_command" -f -a "restore" -d 'Restore a backup into an empty data directory, or with --user one user into the local journal'
complete -c journal -n "__fish_journal_needs_command" -f -a "import" -d 'Import entries from other programs'
complete -c journal -n "__fish_journal_needs_command" -f -a "user" -d 'Manage users'
complete -c journal -n "__fish_journal_needs_command" -f -a "key" -d 'Manage your API keys'
complete -c journal -n "__fish_journal_needs_command" -f -a "session" -d 'Manage your browser sessions'
complete -c journal -n "__fish_journal_needs_command" -f -a "job" -d 'Show and run background jobs'
complete -c journal -n "__fish_journal_needs_command" -f -a "reindex" -d 'Rebuild the data derived from entries: full-text index, chunks and vectors'
complete -c journal -n "__fish_journal_needs_command" -f -a "keyring" -d 'Show and rotate the keys of the journal'
complete -c journal -n "__fish_journal_needs_command" -f -a "audit" -d 'Show, verify and export the audit log of users and keys'
complete -c journal -n "__fish_journal_needs_command" -f -a "activity" -d 'Show the activity in your journal and account: changes, and counts of reads'
complete -c journal -n "__fish_journal_needs_command" -f -a "egress" -d 'Show and control the requests sent to providers for your journal'
complete -c journal -n "__fish_journal_needs_command" -f -a "reload" -d 'Reload context files in the running server'
complete -c journal -n "__fish_journal_needs_command" -f -a "serve" -d 'Serve the journal over HTTP until stopped'
complete -c journal -n "__fish_journal_needs_command" -f -a "mcp" -d 'Serve the journal to an assistant over standard input and output (MCP)'
complete -c journal -n "__fish_journal_needs_command" -f -a "config" -d 'Show every setting with its value and origin'
complete -c journal -n "__fish_journal_needs_command" -f -a "doctor" -d 'Check the installation: keys, permissions, databases, clock, disk space and pending jobs'
complete -c journal -n "__fish_journal_needs_command" -f -a "completions" -d 'Print the completion script of a shell'
complete -c journal -n "__fish_journal_needs_command" -f -a "man" -d 'Print a man page, or write all of them to a folder'
complete -c journal -n "__fish_journal_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand init" -l email -d 'E-mail address of the first user; identifies the account' -r
complete -c journal -n "__fish_journal_using_subcommand init" -l name -d 'Display name' -r
complete -c journal -n "__fish_journal_using_subcommand init" -l password-file -d 'File with the first user\'s password, `-` for standard input' -r -F
complete -c journal -n "__fish_journal_using_subcommand init" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand init" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand init" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand init" -l ask-password -d 'Prompt for the first user\'s password'
complete -c journal -n "__fish_journal_using_subcommand init" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand init" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand init" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand init" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand init" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand init" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand demo" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand demo" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand demo" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand demo" -l keep -d 'Keep the journal and print its location'
complete -c journal -n "__fish_journal_using_subcommand demo" -l serve -d 'Then serve it over HTTP until Ctrl-C, with an account to log in'
complete -c journal -n "__fish_journal_using_subcommand demo" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand demo" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand demo" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand demo" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand demo" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand demo" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand write" -l date -d 'Date of the entry, such as 2026-05-12, yesterday or "3 days ago" [default: today]' -r
complete -c journal -n "__fish_journal_using_subcommand write" -l time -d 'Time of day (HH:MM) [default: now, without --date]' -r
complete -c journal -n "__fish_journal_using_subcommand write" -l title -d 'Title of the entry' -r
complete -c journal -n "__fish_journal_using_subcommand write" -l tag -d 'Tag of the entry, repeatable' -r
complete -c journal -n "__fish_journal_using_subcommand write" -l recover -d 'List texts that were not stored; with an ID or a path, open that text and store it' -r
complete -c journal -n "__fish_journal_using_subcommand write" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand write" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand write" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand write" -l plain -d 'Store standard input as it is, without reading front matter'
complete -c journal -n "__fish_journal_using_subcommand write" -l no-wait -d 'Do not wait for vectors; `journal job run` computes them later'
complete -c journal -n "__fish_journal_using_subcommand write" -l discard -d 'Discard the text that --recover names'
complete -c journal -n "__fish_journal_using_subcommand write" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand write" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand write" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand write" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand write" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand write" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand write" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand ingest" -l date -d 'Date of every entry, such as 2026-03-05 or yesterday' -r
complete -c journal -n "__fish_journal_using_subcommand ingest" -l on-change -d 'Treatment of a text file that changed since it was ingested' -r -f -a "update\t'The entry gets a new version, unless it was edited here'
skip\t'The entry is left as it is'
copy\t'The changed text becomes another entry'"
complete -c journal -n "__fish_journal_using_subcommand ingest" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand ingest" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand ingest" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand ingest" -l pages -d 'Combine all files into one entry, as pages or recordings in the given order'
complete -c journal -n "__fish_journal_using_subcommand ingest" -l no-wait -d 'Do not wait for text recognition, transcription and vectors; `journal job run` does them later'
complete -c journal -n "__fish_journal_using_subcommand ingest" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand ingest" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand ingest" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand ingest" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand ingest" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand ingest" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand ingest" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand search" -l from -d 'Only entries of this date or later, such as 2026-03-05, yesterday or "last week"' -r
complete -c journal -n "__fish_journal_using_subcommand search" -l to -d 'Only entries of this date or earlier, such as 2026-03-05, 2026-03 or "3 days ago"' -r
complete -c journal -n "__fish_journal_using_subcommand search" -l tag -d 'Only entries with this tag or one below it; repeat it to require several' -r
complete -c journal -n "__fish_journal_using_subcommand search" -l without-tag -d 'Only entries without this tag and those below it; may be repeated' -r
complete -c journal -n "__fish_journal_using_subcommand search" -l limit -d 'Hits per page, 1 to 50' -r
complete -c journal -n "__fish_journal_using_subcommand search" -l offset -d 'Hits to skip' -r
complete -c journal -n "__fish_journal_using_subcommand search" -l sort -d 'Order of the hits' -r -f -a "relevance\t'Best match first'
date_desc\t'Newest entry date first'
date_asc\t'Oldest entry date first'"
complete -c journal -n "__fish_journal_using_subcommand search" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand search" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand search" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand search" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand search" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand search" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand search" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand search" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand search" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand search" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand ask" -l from -d 'Only entries of this date or later, such as 2026-03-05, yesterday or "last week"' -r
complete -c journal -n "__fish_journal_using_subcommand ask" -l to -d 'Only entries of this date or earlier, such as 2026-03-05, 2026-03 or "3 days ago"' -r
complete -c journal -n "__fish_journal_using_subcommand ask" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand ask" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand ask" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand ask" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand ask" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand ask" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand ask" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand ask" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand ask" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand ask" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand list" -l from -d 'Only entries of this date or later, such as 2026-03-05, yesterday or "last week"' -r
complete -c journal -n "__fish_journal_using_subcommand list" -l to -d 'Only entries of this date or earlier, such as 2026-03-05, 2026-03 or "3 days ago"' -r
complete -c journal -n "__fish_journal_using_subcommand list" -l tag -d 'Only entries with this tag or one below it; repeat it to require several' -r
complete -c journal -n "__fish_journal_using_subcommand list" -l without-tag -d 'Only entries without this tag and those below it; may be repeated' -r
complete -c journal -n "__fish_journal_using_subcommand list" -l limit -d 'Entries per page, 1 to 100' -r
complete -c journal -n "__fish_journal_using_subcommand list" -l offset -d 'Entries to skip' -r
complete -c journal -n "__fish_journal_using_subcommand list" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand list" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand list" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand list" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand list" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand list" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand list" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand list" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand list" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand show" -l to -d 'Write the originals to this folder, unchanged' -r -F
complete -c journal -n "__fish_journal_using_subcommand show" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand show" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand show" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand show" -l history -d 'Show the earlier versions'
complete -c journal -n "__fish_journal_using_subcommand show" -l media -d 'List the original photographs and recordings'
complete -c journal -n "__fish_journal_using_subcommand show" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand show" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand show" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand show" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand show" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand show" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand edit" -l text -d 'File with the new text, `-` for standard input' -r -F
complete -c journal -n "__fish_journal_using_subcommand edit" -l date -d 'New date, such as 2026-03-05 or yesterday' -r
complete -c journal -n "__fish_journal_using_subcommand edit" -l time -d 'New time of day (HH:MM); an empty one removes it' -r
complete -c journal -n "__fish_journal_using_subcommand edit" -l title -d 'New title; an empty one removes it' -r
complete -c journal -n "__fish_journal_using_subcommand edit" -l tag -d 'Tag to add, repeatable' -r
complete -c journal -n "__fish_journal_using_subcommand edit" -l untag -d 'Tag to remove, repeatable' -r
complete -c journal -n "__fish_journal_using_subcommand edit" -l restore -d 'Restore this earlier version, as shown by `journal show ID --history`' -r
complete -c journal -n "__fish_journal_using_subcommand edit" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand edit" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand edit" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand edit" -l accept -d 'Accept text written by an assistant, so that entities and moods are extracted from it'
complete -c journal -n "__fish_journal_using_subcommand edit" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand edit" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand edit" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand edit" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand edit" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand edit" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand delete" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand delete" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand delete" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand delete" -l now -d 'Destroy them at once; this cannot be undone'
complete -c journal -n "__fish_journal_using_subcommand delete" -l dry-run -d 'Show the entries that would be deleted, and delete nothing'
complete -c journal -n "__fish_journal_using_subcommand delete" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand delete" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand delete" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand delete" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand delete" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand delete" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty help" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty help" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty help" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty help" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty help" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty help" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty help" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty help" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty help" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty help" -f -a "list" -d 'List deleted entries, newest deletion first'
complete -c journal -n "__fish_journal_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty help" -f -a "restore" -d 'Restore deleted entries with everything that belongs to them'
complete -c journal -n "__fish_journal_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty help" -f -a "empty" -d 'Destroy entries in the trash: the given ones, or all'
complete -c journal -n "__fish_journal_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from list" -l limit -d 'Entries per page, 1 to 200' -r
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from list" -l offset -d 'Entries to skip' -r
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from list" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from list" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from list" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from list" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from list" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from list" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from restore" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from restore" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from restore" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from restore" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from restore" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from restore" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from restore" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from restore" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from restore" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from restore" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from empty" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from empty" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from empty" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from empty" -l dry-run -d 'Show the entries that would be destroyed, and destroy nothing'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from empty" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from empty" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from empty" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from empty" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from empty" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from empty" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from empty" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from help" -f -a "list" -d 'List deleted entries, newest deletion first'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from help" -f -a "restore" -d 'Restore deleted entries with everything that belongs to them'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from help" -f -a "empty" -d 'Destroy entries in the trash: the given ones, or all'
complete -c journal -n "__fish_journal_using_subcommand trash; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand stats" -l from -d 'Only entries of this date or later, such as 2026-03-05, yesterday or "last week"' -r
complete -c journal -n "__fish_journal_using_subcommand stats" -l to -d 'Only entries of this date or earlier, such as 2026-03-05, 2026-03 or "3 days ago"' -r
complete -c journal -n "__fish_journal_using_subcommand stats" -l tag -d 'Only entries with this tag or one below it; repeat it to require several' -r
complete -c journal -n "__fish_journal_using_subcommand stats" -l without-tag -d 'Only entries without this tag and those below it; may be repeated' -r
complete -c journal -n "__fish_journal_using_subcommand stats" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand stats" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand stats" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand stats" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand stats" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand stats" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand stats" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand stats" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand stats" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand stats" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand tag; and not __fish_seen_subcommand_from list rename help" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand tag; and not __fish_seen_subcommand_from list rename help" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand tag; and not __fish_seen_subcommand_from list rename help" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand tag; and not __fish_seen_subcommand_from list rename help" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand tag; and not __fish_seen_subcommand_from list rename help" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand tag; and not __fish_seen_subcommand_from list rename help" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand tag; and not __fish_seen_subcommand_from list rename help" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand tag; and not __fish_seen_subcommand_from list rename help" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand tag; and not __fish_seen_subcommand_from list rename help" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand tag; and not __fish_seen_subcommand_from list rename help" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand tag; and not __fish_seen_subcommand_from list rename help" -f -a "list" -d 'List the tags with their numbers of entries'
complete -c journal -n "__fish_journal_using_subcommand tag; and not __fish_seen_subcommand_from list rename help" -f -a "rename" -d 'Rename a tag in every entry'
complete -c journal -n "__fish_journal_using_subcommand tag; and not __fish_seen_subcommand_from list rename help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from list" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from list" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from list" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from list" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from list" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from list" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from rename" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from rename" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from rename" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from rename" -l dry-run -d 'Show the number of entries that would change, and change nothing'
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from rename" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from rename" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from rename" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from rename" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from rename" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from rename" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from rename" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the tags with their numbers of entries'
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "rename" -d 'Rename a tag in every entry'
complete -c journal -n "__fish_journal_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "list" -d 'List people, places and other entities, by type and name'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "show" -d 'Show an entity with its relationships and mentions'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "extract" -d 'Extract people, places and other entities from entries'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "rename" -d 'Rename an entity; the old name becomes an alias'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "describe" -d 'Set the description of an entity; it helps to distinguish similar entities'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "type" -d 'Change the type of an entity'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "alias" -d 'Add or remove an alias of an entity'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "merge" -d 'Merge entities into one; `journal entity undo` reverses it'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "undo" -d 'Undo a merge: restore the merged entity with its mentions and names'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "history" -d 'List the merges into an entity, newest first'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "split" -d 'Move mentions of an entity to another entity or to a new one'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "different" -d 'Mark two entities as different, so that they are not suggested for merging again'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "quarantine" -d 'Quarantine an entity: exclude it from lists and counts'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "release" -d 'Release an entity from quarantine'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "delete" -d 'Delete entities with their mentions; later extraction does not recreate them'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "allow" -d 'Allow a dismissed name to be extracted again'
complete -c journal -n "__fish_journal_using_subcommand entity; and not __fish_seen_subcommand_from list show extract rename describe type alias merge undo history split different quarantine release delete allow help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l type -d 'Only entities of this type' -r -f -a "person\t'A person'
place\t'A place'
activity\t'An activity'
organization\t'A company, a school, a club'
topic\t'A topic people think or talk about'
other\t'Any other entity'"
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l search -d 'Only entities with this text in a name' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l limit -d 'Rows per page, 1 to 200' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l offset -d 'Rows to skip' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l quarantined -d 'List quarantined entities instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l candidates -d 'List merge candidates instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l different -d 'List pairs marked as different instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l dismissed -d 'List dismissed names instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -l limit -d 'Mentions to show, newest first, 1 to 200' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -l offset -d 'Mentions to skip' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l entry -d 'Only this entry' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l from -d 'Only entries of this date or later, such as 2026-03-05, yesterday or "last week"' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l to -d 'Only entries of this date or earlier, such as 2026-03-05, 2026-03 or "3 days ago"' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l stale -d 'Only entries that were not processed since their last change'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l no-wait -d 'Do not wait; a server or `journal job run` does the work'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from extract" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from rename" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from rename" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from rename" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from rename" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from rename" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from rename" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from rename" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from rename" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from rename" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from rename" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from describe" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from describe" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from describe" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from describe" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from describe" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from describe" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from describe" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from describe" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from describe" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from type" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from type" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from type" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from type" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from type" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from type" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from type" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from type" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from type" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from type" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -f -a "add" -d 'Add an alias'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -f -a "remove" -d 'Remove an alias permanently'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from alias" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from merge" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from merge" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from merge" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from merge" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from merge" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from merge" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from merge" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from merge" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from merge" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from merge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from undo" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from undo" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from undo" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from undo" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from undo" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from undo" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from undo" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from undo" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from undo" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from undo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from history" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from history" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from history" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from history" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from history" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from history" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from history" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from history" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from history" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l mentions -d 'Mention ids, as shown by `journal entity show`' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l into -d 'Move them to this entity' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l name -d 'Move them to a new entity with this name' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l type -d 'Type of the new entity [default: type of the source]' -r -f -a "person\t'A person'
place\t'A place'
activity\t'An activity'
organization\t'A company, a school, a club'
topic\t'A topic people think or talk about'
other\t'Any other entity'"
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from split" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -l undo -d 'Undo a decision, by its id in `journal entity list --different`' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from different" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -l reason -d 'Reason, shown by `journal entity list --quarantined`' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from quarantine" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from release" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from release" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from release" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from release" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from release" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from release" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from release" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from release" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from release" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from release" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -l dry-run -d 'Show the entities that would be deleted, and delete nothing'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -l type -d 'Only as this type' -r -f -a "person\t'A person'
place\t'A place'
activity\t'An activity'
organization\t'A company, a school, a club'
topic\t'A topic people think or talk about'
other\t'Any other entity'"
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from allow" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "list" -d 'List people, places and other entities, by type and name'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show an entity with its relationships and mentions'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "extract" -d 'Extract people, places and other entities from entries'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "rename" -d 'Rename an entity; the old name becomes an alias'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "describe" -d 'Set the description of an entity; it helps to distinguish similar entities'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "type" -d 'Change the type of an entity'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "alias" -d 'Add or remove an alias of an entity'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "merge" -d 'Merge entities into one; `journal entity undo` reverses it'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "undo" -d 'Undo a merge: restore the merged entity with its mentions and names'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "history" -d 'List the merges into an entity, newest first'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "split" -d 'Move mentions of an entity to another entity or to a new one'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "different" -d 'Mark two entities as different, so that they are not suggested for merging again'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "quarantine" -d 'Quarantine an entity: exclude it from lists and counts'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "release" -d 'Release an entity from quarantine'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete entities with their mentions; later extraction does not recreate them'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "allow" -d 'Allow a dismissed name to be extracted again'
complete -c journal -n "__fish_journal_using_subcommand entity; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -f -a "show" -d 'Show the mood scores of an entry with rationale, model and your own scores'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -f -a "set" -d 'Set your own score; it takes precedence over computed scores and is kept'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -f -a "clear" -d 'Remove your own score; the computed score applies again'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -f -a "trend" -d 'Show mood trends over time'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -f -a "rescore" -d 'Score the moods of entries that have no score or were changed since'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -f -a "dimensions" -d 'List the mood dimensions'
complete -c journal -n "__fish_journal_using_subcommand mood; and not __fish_seen_subcommand_from show set clear trend rescore dimensions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from show" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from show" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from show" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from show" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from show" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from show" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from show" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -l note -d 'Note to store with the score' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from clear" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from clear" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from clear" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from clear" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from clear" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from clear" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from clear" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from clear" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from clear" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from clear" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l dimension -d 'Only this dimension, repeatable' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l from -d 'Only entries of this date or later, such as 2026-03-05, yesterday or "last week"' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l to -d 'Only entries of this date or earlier, such as 2026-03-05, 2026-03 or "3 days ago"' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l bin -d 'Period to average over' -r -f -a "day\t'One day'
week\t'Week, from Monday'
month\t'Calendar month'
quarter\t'Calendar quarter'
year\t'Calendar year'"
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l heatmap -d 'Draw a calendar of one dimension, one mark per day'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from trend" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l from -d 'Only entries of this date or later, such as 2026-03-05, yesterday or "last week"' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l to -d 'Only entries of this date or earlier, such as 2026-03-05, 2026-03 or "3 days ago"' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l entry -d 'Score only this entry' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l force -d 'Score every entry again'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l dry-run -d 'Show the number of entries and the estimated cost, and score nothing'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l prune -d 'Remove the scores of retired dimensions; asks for confirmation'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l with-my-scores -d 'Also remove your own scores of retired dimensions'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l no-wait -d 'Do not wait; a server or `journal job run` does the work'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from rescore" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from dimensions" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from dimensions" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from dimensions" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from dimensions" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from dimensions" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from dimensions" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from dimensions" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from dimensions" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from dimensions" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from dimensions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show the mood scores of an entry with rationale, model and your own scores'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from help" -f -a "set" -d 'Set your own score; it takes precedence over computed scores and is kept'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from help" -f -a "clear" -d 'Remove your own score; the computed score applies again'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from help" -f -a "trend" -d 'Show mood trends over time'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from help" -f -a "rescore" -d 'Score the moods of entries that have no score or were changed since'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from help" -f -a "dimensions" -d 'List the mood dimensions'
complete -c journal -n "__fish_journal_using_subcommand mood; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand today" -l date -d 'Another day, such as 2026-12-24 or yesterday' -r
complete -c journal -n "__fish_journal_using_subcommand today" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand today" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand today" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand today" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand today" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand today" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand today" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand today" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand today" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand today" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand digest" -l week -d 'ISO 8601 week, such as 2026-W07; the current week if no value is given' -r
complete -c journal -n "__fish_journal_using_subcommand digest" -l date -d 'Any day of the week instead, such as 2026-02-12 or yesterday' -r
complete -c journal -n "__fish_journal_using_subcommand digest" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand digest" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand digest" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand digest" -l notify -d 'Send the numbers, without names or text, to your notification channels instead of showing the digest'
complete -c journal -n "__fish_journal_using_subcommand digest" -l numbers -d 'Show numbers only, without names or text'
complete -c journal -n "__fish_journal_using_subcommand digest" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand digest" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand digest" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand digest" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand digest" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand digest" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand digest" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand export" -l to -d 'New or empty folder to write to; with --encrypt-to or --passphrase-file, a new file' -r -F
complete -c journal -n "__fish_journal_using_subcommand export" -l encrypt-to -d 'Recipient to encrypt to, an age1… key or a line of an SSH public key; repeatable' -r
complete -c journal -n "__fish_journal_using_subcommand export" -l passphrase-file -d 'File with a passphrase to encrypt with instead, `-` for standard input' -r -F
complete -c journal -n "__fish_journal_using_subcommand export" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand export" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand export" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand export" -l skip-damaged -d 'Skip damaged or missing originals, and list them'
complete -c journal -n "__fish_journal_using_subcommand export" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand export" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand export" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand export" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand export" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand export" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -f -a "create" -d 'Create a backup while the journal is in use'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -f -a "list" -d 'List the backups in a folder; requires neither a key nor a journal'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -f -a "verify" -d 'Verify a backup: decrypt all of it, and check every hash, database, hash chain and original'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -f -a "drill" -d 'Test restoring a backup: restore it into a temporary folder, count, search, open originals, and delete it'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -f -a "prune" -d 'Remove old backups, and originals that no other backup needs'
complete -c journal -n "__fish_journal_using_subcommand backup; and not __fish_seen_subcommand_from create list verify drill prune help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l to -d 'Folder for the backups, created if necessary; default: the setting backup.dir' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -s r -l recipient -d 'Public key to encrypt the backup to: age1…, or a line of an SSH public key file' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l recipients-file -d 'File with one public key per line; # starts a comment' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l passphrase-file -d 'File with a passphrase to encrypt the backup with, instead of keys' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l keep-daily -d 'Keep the newest backup of each of the last N days that have one; backups kept by no rule are removed' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l keep-weekly -d 'Keep the newest backup of each of the last N weeks that have one' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l keep-monthly -d 'Keep the newest backup of each of the last N months that have one' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l without-derived -d 'Omit vectors and full-text index; a restore rebuilds them'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l check -d 'Read all files back from disk and compare their hashes'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from list" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from list" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from list" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from list" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from list" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from list" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -s i -l identity -d 'File with an age identity or an SSH private key, mode 0600; repeatable' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -l passphrase-file -d 'File with the passphrase of the archive or of the identities; prompted for on a terminal' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -l media -d 'Folder of the originals; default: `media` next to the archive' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -l scratch -d 'Folder for encrypted temporary files, deleted afterwards; default: the folder of the archive' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -s i -l identity -d 'File with an age identity or an SSH private key, mode 0600; repeatable' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -l passphrase-file -d 'File with the passphrase of the archive or of the identities; prompted for on a terminal' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -l media -d 'Folder of the originals; default: `media` next to the archive' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -l scratch -d 'Folder for encrypted temporary files, deleted afterwards; default: the folder of the archive' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from drill" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l keep-daily -d 'Keep the newest backup of each of the last N days that have one; backups kept by no rule are removed' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l keep-weekly -d 'Keep the newest backup of each of the last N weeks that have one' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l keep-monthly -d 'Keep the newest backup of each of the last N months that have one' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l dry-run -d 'Show the backups that would be removed, and remove nothing'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "create" -d 'Create a backup while the journal is in use'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the backups in a folder; requires neither a key nor a journal'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Verify a backup: decrypt all of it, and check every hash, database, hash chain and original'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "drill" -d 'Test restoring a backup: restore it into a temporary folder, count, search, open originals, and delete it'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove old backups, and originals that no other backup needs'
complete -c journal -n "__fish_journal_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand restore" -s i -l identity -d 'File with an age identity or an SSH private key, mode 0600; repeatable' -r -F
complete -c journal -n "__fish_journal_using_subcommand restore" -l passphrase-file -d 'File with the passphrase of the archive or of the identities; prompted for on a terminal' -r -F
complete -c journal -n "__fish_journal_using_subcommand restore" -l media -d 'Folder of the originals; default: `media` next to the archive' -r -F
complete -c journal -n "__fish_journal_using_subcommand restore" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand restore" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand restore" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand restore" -l without-missing-media -d 'Continue if originals are missing, and list them'
complete -c journal -n "__fish_journal_using_subcommand restore" -l undo -d 'With --user, put the notebook that the last restore replaced back in use; the restored one is kept for 7 days'
complete -c journal -n "__fish_journal_using_subcommand restore" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand restore" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand restore" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand restore" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand restore" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand restore" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand restore" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -f -a "journal-server" -d 'Import all users of a Python journal-server: journals, logins, API keys and settings'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -f -a "journal" -d 'Import the output of `journal export` into an empty journal'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -f -a "markdown" -d 'Import a folder of notes: Markdown and plain text, with embedded photographs and recordings'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -f -a "jrnl" -d 'Import a jrnl journal from its JSON export or its text'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -f -a "day-one" -d 'Import a Day One journal from the ZIP of its JSON export'
complete -c journal -n "__fish_journal_using_subcommand import; and not __fish_seen_subcommand_from journal-server journal markdown jrnl day-one help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -l db -d 'Database of the Python server, usually journal.db; stop that server first' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -l owner -d 'Maps a user of the Python server to a local user; default: the user with the same address' -r
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -l dry-run -d 'Show what would be imported, and import nothing'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal-server" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -s i -l identity -d 'File with an identity that decrypts the export; repeatable' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -l passphrase-file -d 'File with the passphrase of the export or of the identity, `-` for standard input' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -l dry-run -d 'Read and check everything, and write nothing'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -l no-wait -d 'Do not wait for vectors; `journal job run` computes them later'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from journal" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -l on-change -d 'Treatment of an entry that changed in its source since it was imported' -r -f -a "update\t'The entry gets a new version, unless it was edited here'
skip\t'The entry is left as it is'
copy\t'The changed text becomes another entry'"
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -l dry-run -d 'Show what would be imported, and import nothing'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -l no-wait -d 'Do not wait for vectors; `journal job run` computes them later'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from markdown" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -l on-change -d 'Treatment of an entry that changed in its source since it was imported' -r -f -a "update\t'The entry gets a new version, unless it was edited here'
skip\t'The entry is left as it is'
copy\t'The changed text becomes another entry'"
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -l dry-run -d 'Show what would be imported, and import nothing'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -l no-wait -d 'Do not wait for vectors; `journal job run` computes them later'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from jrnl" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -l on-change -d 'Treatment of an entry that changed in its source since it was imported' -r -f -a "update\t'The entry gets a new version, unless it was edited here'
skip\t'The entry is left as it is'
copy\t'The changed text becomes another entry'"
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -l dry-run -d 'Show what would be imported, and import nothing'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -l no-wait -d 'Do not wait for vectors; `journal job run` computes them later'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from day-one" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from help" -f -a "journal-server" -d 'Import all users of a Python journal-server: journals, logins, API keys and settings'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from help" -f -a "journal" -d 'Import the output of `journal export` into an empty journal'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from help" -f -a "markdown" -d 'Import a folder of notes: Markdown and plain text, with embedded photographs and recordings'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from help" -f -a "jrnl" -d 'Import a jrnl journal from its JSON export or its text'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from help" -f -a "day-one" -d 'Import a Day One journal from the ZIP of its JSON export'
complete -c journal -n "__fish_journal_using_subcommand import; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -f -a "add" -d 'Add a user with a journal of their own'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -f -a "list" -d 'List all users'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -f -a "show" -d 'Show a user\'s account, never their entries'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -f -a "default" -d 'Show or choose the user whose journal commands work on unless --user names one'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -f -a "passwd" -d 'Set a user\'s password'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -f -a "enable" -d 'Enable a disabled user'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -f -a "disable" -d 'Disable a user; their API keys stop working at once'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -f -a "admin" -d 'Grant or revoke the admin role'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -f -a "unlock" -d 'Unlock an account that is locked after failed logins'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -f -a "contain" -d 'Revoke all access to an account and report what was read; nothing is deleted'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -f -a "reset-link" -d 'Create a single-use link that sets a new password, valid for 30 minutes'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -f -a "delete" -d 'Delete a user and their journal; can be undone for 7 days'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -f -a "purge" -d 'Destroy the journals of users deleted at least 7 days ago, and list what was destroyed'
complete -c journal -n "__fish_journal_using_subcommand user; and not __fish_seen_subcommand_from add list show default passwd enable disable admin unlock contain reset-link delete purge help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -l name -d 'Display name' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -l role -d 'admin, member or readonly' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -l password-file -d 'File with the password, `-` for standard input' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -l ask-password -d 'Prompt for the password'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from list" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from list" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from list" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from list" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from list" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from list" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from show" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from show" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from show" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from show" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from show" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from show" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from show" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from default" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from default" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from default" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from default" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from default" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from default" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from default" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from default" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from default" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from default" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -l password-file -d 'File with the password, `-` for standard input' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from passwd" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from enable" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from enable" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from enable" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from enable" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from enable" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from enable" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from enable" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from enable" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from enable" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from disable" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from disable" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from disable" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from disable" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from disable" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from disable" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from disable" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from disable" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from disable" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -l revoke -d 'Revoke the role; the user becomes a member'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from admin" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from unlock" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from unlock" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from unlock" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from unlock" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from unlock" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from unlock" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from unlock" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from unlock" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from unlock" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from unlock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -l since -d 'Report reads since: a duration (7d, 12h), a date or a timestamp' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from contain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from reset-link" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from reset-link" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from reset-link" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from reset-link" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from reset-link" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from reset-link" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from reset-link" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from reset-link" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from reset-link" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from reset-link" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -l undo -d 'Undo a deletion'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -l now -d 'Destroy everything at once; this cannot be undone'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from purge" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from purge" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from purge" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from purge" -l dry-run -d 'List what would be destroyed, and destroy nothing'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from purge" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from purge" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from purge" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from purge" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from purge" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from purge" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from purge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "add" -d 'Add a user with a journal of their own'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "list" -d 'List all users'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a user\'s account, never their entries'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "default" -d 'Show or choose the user whose journal commands work on unless --user names one'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "passwd" -d 'Set a user\'s password'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "enable" -d 'Enable a disabled user'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "disable" -d 'Disable a user; their API keys stop working at once'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "admin" -d 'Grant or revoke the admin role'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "unlock" -d 'Unlock an account that is locked after failed logins'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "contain" -d 'Revoke all access to an account and report what was read; nothing is deleted'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "reset-link" -d 'Create a single-use link that sets a new password, valid for 30 minutes'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete a user and their journal; can be undone for 7 days'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "purge" -d 'Destroy the journals of users deleted at least 7 days ago, and list what was destroyed'
complete -c journal -n "__fish_journal_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -f -a "add" -d 'Create an API key; it is shown only once'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -f -a "list" -d 'List your API keys, including revoked and expired ones'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -f -a "rotate" -d 'Replace a key with a new one of the same name and scopes'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -f -a "revoke" -d 'Revoke a key; it stops working at once'
complete -c journal -n "__fish_journal_using_subcommand key; and not __fish_seen_subcommand_from add list rotate revoke help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l scope -d 'Scope to grant, repeatable [default: entries:read, entries:write, ingest, search]' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l from -d 'Restrict the key to entries of this date or later (YYYY-MM-DD)' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l to -d 'Restrict the key to entries of this date or earlier (YYYY-MM-DD)' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l entries-per-day -d 'Return at most this many entries per day (UTC); repeated reads count again' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l without-tag -d 'Exclude entries with this tag, repeatable' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l expires -d 'Lifetime in days, such as 90d, or `never`' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l allow-ip -d 'Client addresses the key may be used from, as a CIDR block, repeatable [default: any]' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l read-only -d 'Grant only read and search scopes'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from list" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from list" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from list" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from list" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from list" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from list" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from rotate" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from rotate" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from rotate" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from rotate" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from rotate" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from rotate" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from rotate" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from rotate" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from rotate" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from rotate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from revoke" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from revoke" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from revoke" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from revoke" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from revoke" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from revoke" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from revoke" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from revoke" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from revoke" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from help" -f -a "add" -d 'Create an API key; it is shown only once'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from help" -f -a "list" -d 'List your API keys, including revoked and expired ones'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from help" -f -a "rotate" -d 'Replace a key with a new one of the same name and scopes'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from help" -f -a "revoke" -d 'Revoke a key; it stops working at once'
complete -c journal -n "__fish_journal_using_subcommand key; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -f -a "list" -d 'List active sessions'
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -f -a "revoke" -d 'Revoke a session at once'
complete -c journal -n "__fish_journal_using_subcommand session; and not __fish_seen_subcommand_from list revoke help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from list" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from list" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from list" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from list" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from list" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from list" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -l all -d 'All sessions'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "list" -d 'List active sessions'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "revoke" -d 'Revoke a session at once'
complete -c journal -n "__fish_journal_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -f -a "list" -d 'List jobs, newest first'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -f -a "show" -d 'Show a job'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -f -a "run" -d 'Run all due jobs'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -f -a "retry" -d 'Retry a failed or cancelled job'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -f -a "cancel" -d 'Cancel a queued or running job'
complete -c journal -n "__fish_journal_using_subcommand job; and not __fish_seen_subcommand_from list show run retry cancel help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l status -d 'Only jobs that are queued, running, succeeded, failed or cancelled; a job waiting for a retry is running' -r
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l type -d 'Only jobs of this type, such as `ingest_images`' -r
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l search -d 'Only jobs with this text in their id, type or error' -r
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l limit -d 'Jobs per page, 1 to 500' -r
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l offset -d 'Jobs to skip' -r
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from show" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from show" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from show" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from show" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from show" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from show" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from show" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from run" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from run" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from run" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from run" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from run" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from run" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from run" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from run" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from run" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from retry" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from retry" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from retry" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from retry" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from retry" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from retry" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from retry" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from retry" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from retry" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from retry" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from cancel" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from cancel" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from cancel" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from cancel" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from cancel" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from cancel" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from cancel" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from cancel" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from cancel" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from cancel" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "list" -d 'List jobs, newest first'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a job'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "run" -d 'Run all due jobs'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "retry" -d 'Retry a failed or cancelled job'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "cancel" -d 'Cancel a queued or running job'
complete -c journal -n "__fish_journal_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand reindex" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand reindex" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand reindex" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand reindex" -l chunks -d 'Split every entry into chunks again, with the current chunking settings'
complete -c journal -n "__fish_journal_using_subcommand reindex" -l embed -d 'Compute every vector again, with the current embedder'
complete -c journal -n "__fish_journal_using_subcommand reindex" -l fts -d 'Rebuild the full-text index'
complete -c journal -n "__fish_journal_using_subcommand reindex" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand reindex" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand reindex" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand reindex" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand reindex" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand reindex" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand reindex" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -f -a "status" -d 'Show the root key\'s fingerprint, the paths of keyring and secret, and the last recovery kit'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -f -a "rotate" -d 'Replace the secret; the old secret no longer opens the journal'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -f -a "recover-kit" -d 'Create a recovery kit: a printable sheet with the root key, in case the secret is lost'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -f -a "check-kit" -d 'Check that a typed recovery kit opens this journal'
complete -c journal -n "__fish_journal_using_subcommand keyring; and not __fish_seen_subcommand_from status rotate recover-kit check-kit help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from status" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from status" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from status" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from status" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from status" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from status" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from status" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -l new-secret-file -d 'File with the new secret, if the environment provides the secret' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -l kit -d 'File with a typed recovery kit to use instead of a lost secret, `-` for standard input' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -l deep -d 'Also generate a new key for every database'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from rotate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -l to -d 'New file for the kit, mode 0600; default: standard output' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from recover-kit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from check-kit" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from check-kit" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from check-kit" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from check-kit" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from check-kit" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from check-kit" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from check-kit" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from check-kit" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from check-kit" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from check-kit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show the root key\'s fingerprint, the paths of keyring and secret, and the last recovery kit'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from help" -f -a "rotate" -d 'Replace the secret; the old secret no longer opens the journal'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from help" -f -a "recover-kit" -d 'Create a recovery kit: a printable sheet with the root key, in case the secret is lost'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from help" -f -a "check-kit" -d 'Check that a typed recovery kit opens this journal'
complete -c journal -n "__fish_journal_using_subcommand keyring; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -f -a "list" -d 'List the newest audit events'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -f -a "verify" -d 'Verify that no event was changed, removed or inserted, and that the signed checkpoints match'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -f -a "export" -d 'Export all events and checkpoints as signed NDJSON, for storage and verification elsewhere'
complete -c journal -n "__fish_journal_using_subcommand audit; and not __fish_seen_subcommand_from list verify export help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -l limit -d 'Events to show, 1 to 1000' -r
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -l before -d 'Only events before this sequence number' -r
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from verify" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from verify" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from verify" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from verify" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from verify" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from verify" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from verify" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -l to -d 'New file to write to; default: standard output' -r -F
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the newest audit events'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Verify that no event was changed, removed or inserted, and that the signed checkpoints match'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "export" -d 'Export all events and checkpoints as signed NDJSON, for storage and verification elsewhere'
complete -c journal -n "__fish_journal_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand activity" -l since -d 'Only activity since: a duration (7d, 12h), a date or a timestamp' -r
complete -c journal -n "__fish_journal_using_subcommand activity" -l limit -d 'Rows per page, 1 to 200' -r
complete -c journal -n "__fish_journal_using_subcommand activity" -l offset -d 'Rows to skip' -r
complete -c journal -n "__fish_journal_using_subcommand activity" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand activity" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand activity" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand activity" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand activity" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand activity" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand activity" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand activity" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand activity" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand activity" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -s h -l help -d 'Print help'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -f -a "list" -d 'List the requests sent to providers, newest first; never their content'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -f -a "report" -d 'Summarise the requests by provider, purpose and model'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -f -a "preview" -d 'Show an entry as a provider would receive it; nothing is sent'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -f -a "policy" -d 'Show or change the egress policy'
complete -c journal -n "__fish_journal_using_subcommand egress; and not __fish_seen_subcommand_from list report preview policy help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l from -d 'First day (YYYY-MM-DD, UTC)' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l to -d 'Last day (YYYY-MM-DD, UTC)' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l purpose -d 'Only requests with this purpose, such as `embedding`' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l limit -d 'Requests per page, 1 to 200' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l offset -d 'Requests to skip' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -l from -d 'First day (YYYY-MM-DD, UTC)' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -l to -d 'Last day (YYYY-MM-DD, UTC)' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from preview" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from preview" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from preview" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from preview" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from preview" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from preview" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from preview" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from preview" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from preview" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from preview" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l local-only -d '`on`: send nothing at all, not even to a server on this machine' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l purposes -d 'Permitted purposes, separated by commas; `all` for every purpose that the server permits, or `none`' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l redact -d 'Data to replace with placeholders: phones, emails, national-ids, separated by commas, or `none`' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l word -d 'Word to redact as well, repeatable' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l forget-word -d 'Word to stop redacting, repeatable' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from policy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the requests sent to providers, newest first; never their content'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from help" -f -a "report" -d 'Summarise the requests by provider, purpose and model'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from help" -f -a "preview" -d 'Show an entry as a provider would receive it; nothing is sent'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from help" -f -a "policy" -d 'Show or change the egress policy'
complete -c journal -n "__fish_journal_using_subcommand egress; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand reload" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand reload" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand reload" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand reload" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand reload" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand reload" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand reload" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand reload" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand reload" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand reload" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand serve" -l bind -d 'Address to listen on [default: 127.0.0.1]' -r
complete -c journal -n "__fish_journal_using_subcommand serve" -l port -d 'Port to listen on; 0 selects a free port [default: 8400]' -r
complete -c journal -n "__fish_journal_using_subcommand serve" -l unix -d 'Unix socket to listen on instead of TCP' -r -F
complete -c journal -n "__fish_journal_using_subcommand serve" -l tls-cert -d 'TLS certificate chain, PEM' -r -F
complete -c journal -n "__fish_journal_using_subcommand serve" -l tls-key -d 'Private key of the TLS certificate, PEM' -r -F
complete -c journal -n "__fish_journal_using_subcommand serve" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand serve" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand serve" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand serve" -l behind-proxy -d 'Allow cleartext beyond the loopback address; a reverse proxy terminates TLS'
complete -c journal -n "__fish_journal_using_subcommand serve" -l check -d 'Check settings, keys and files, then exit'
complete -c journal -n "__fish_journal_using_subcommand serve" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand serve" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand serve" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand serve" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand serve" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand serve" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -f -a "config" -d 'Print the configuration of an MCP client for this journal'
complete -c journal -n "__fish_journal_using_subcommand mcp; and not __fish_seen_subcommand_from config help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -l http -d 'Connect to the server at this URL, such as `https://journal.example`' -r
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from config" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from help" -f -a "config" -d 'Print the configuration of an MCP client for this journal'
complete -c journal -n "__fish_journal_using_subcommand mcp; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand config" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand config" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand config" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand config" -l changed -d 'Only settings that are set explicitly'
complete -c journal -n "__fish_journal_using_subcommand config" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand config" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand config" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand config" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand config" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand config" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand config" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand doctor" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand doctor" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand doctor" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand doctor" -l fix -d 'Repair file permissions first'
complete -c journal -n "__fish_journal_using_subcommand doctor" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand doctor" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand doctor" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand doctor" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand doctor" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand doctor" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand completions" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand completions" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand completions" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand completions" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand completions" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand completions" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand completions" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand completions" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand completions" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand man" -l to -d 'Folder to write every page to' -r -F
complete -c journal -n "__fish_journal_using_subcommand man" -l data-dir -d 'Data directory with the encrypted files' -r -F
complete -c journal -n "__fish_journal_using_subcommand man" -l user -d 'User to act for (e-mail address); optional if there is only one user' -r
complete -c journal -n "__fish_journal_using_subcommand man" -l config -d 'Configuration file' -r -F
complete -c journal -n "__fish_journal_using_subcommand man" -l json -d 'Print results and errors as JSON'
complete -c journal -n "__fish_journal_using_subcommand man" -s q -l quiet -d 'Suppress status messages'
complete -c journal -n "__fish_journal_using_subcommand man" -s v -l verbose -d 'Increase log verbosity; repeat for debug logs'
complete -c journal -n "__fish_journal_using_subcommand man" -l no-color -d 'Disable colour and animation'
complete -c journal -n "__fish_journal_using_subcommand man" -l no-input -d 'Never prompt; fail and name the flag to use instead'
complete -c journal -n "__fish_journal_using_subcommand man" -l yes -d 'Answer yes to every confirmation prompt'
complete -c journal -n "__fish_journal_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "init" -d 'Create a journal: keys, files and the first user'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "demo" -d 'Try it in a temporary journal: ingest samples, search them, and check the files for plaintext'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "write" -d 'Write an entry'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "ingest" -d 'Ingest texts, photographs, recordings and web pages'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "search" -d 'Search entries by keyword and by meaning'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "ask" -d 'Answer a question from the journal and cite the entries'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "list" -d 'List entries, newest first'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "show" -d 'Show entries'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "edit" -d 'Edit an entry; earlier versions are kept'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "delete" -d 'Move entries to the trash, or destroy them'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "trash" -d 'List, restore or destroy deleted entries'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "stats" -d 'Show counts of entries and words, by month'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "tag" -d 'List and rename the tags of your entries'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "entity" -d 'Show and correct the people, places and other entities of your entries'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "mood" -d 'Show, correct and compute mood scores'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "today" -d 'Show the entries of this day in earlier years'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "digest" -d 'Show the digest of a week'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "export" -d 'Export everything: Markdown, one JSON document and the originals'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "backup" -d 'Create, list, verify and prune backups, and test restoring them'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "restore" -d 'Restore a backup into an empty data directory, or with --user one user into the local journal'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "import" -d 'Import entries from other programs'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "user" -d 'Manage users'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "key" -d 'Manage your API keys'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "session" -d 'Manage your browser sessions'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "job" -d 'Show and run background jobs'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "reindex" -d 'Rebuild the data derived from entries: full-text index, chunks and vectors'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "keyring" -d 'Show and rotate the keys of the journal'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "audit" -d 'Show, verify and export the audit log of users and keys'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "activity" -d 'Show the activity in your journal and account: changes, and counts of reads'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "egress" -d 'Show and control the requests sent to providers for your journal'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "reload" -d 'Reload context files in the running server'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "serve" -d 'Serve the journal over HTTP until stopped'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "mcp" -d 'Serve the journal to an assistant over standard input and output (MCP)'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "config" -d 'Show every setting with its value and origin'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "doctor" -d 'Check the installation: keys, permissions, databases, clock, disk space and pending jobs'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "completions" -d 'Print the completion script of a shell'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "man" -d 'Print a man page, or write all of them to a folder'
complete -c journal -n "__fish_journal_using_subcommand help; and not __fish_seen_subcommand_from init demo write ingest search ask list show edit delete trash stats tag entity mood today digest export backup restore import user key session job reindex keyring audit activity egress reload serve mcp config doctor completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from trash" -f -a "list" -d 'List deleted entries, newest deletion first'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from trash" -f -a "restore" -d 'Restore deleted entries with everything that belongs to them'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from trash" -f -a "empty" -d 'Destroy entries in the trash: the given ones, or all'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from tag" -f -a "list" -d 'List the tags with their numbers of entries'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from tag" -f -a "rename" -d 'Rename a tag in every entry'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "list" -d 'List people, places and other entities, by type and name'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "show" -d 'Show an entity with its relationships and mentions'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "extract" -d 'Extract people, places and other entities from entries'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "rename" -d 'Rename an entity; the old name becomes an alias'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "describe" -d 'Set the description of an entity; it helps to distinguish similar entities'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "type" -d 'Change the type of an entity'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "alias" -d 'Add or remove an alias of an entity'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "merge" -d 'Merge entities into one; `journal entity undo` reverses it'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "undo" -d 'Undo a merge: restore the merged entity with its mentions and names'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "history" -d 'List the merges into an entity, newest first'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "split" -d 'Move mentions of an entity to another entity or to a new one'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "different" -d 'Mark two entities as different, so that they are not suggested for merging again'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "quarantine" -d 'Quarantine an entity: exclude it from lists and counts'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "release" -d 'Release an entity from quarantine'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "delete" -d 'Delete entities with their mentions; later extraction does not recreate them'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from entity" -f -a "allow" -d 'Allow a dismissed name to be extracted again'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from mood" -f -a "show" -d 'Show the mood scores of an entry with rationale, model and your own scores'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from mood" -f -a "set" -d 'Set your own score; it takes precedence over computed scores and is kept'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from mood" -f -a "clear" -d 'Remove your own score; the computed score applies again'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from mood" -f -a "trend" -d 'Show mood trends over time'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from mood" -f -a "rescore" -d 'Score the moods of entries that have no score or were changed since'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from mood" -f -a "dimensions" -d 'List the mood dimensions'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "create" -d 'Create a backup while the journal is in use'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "list" -d 'List the backups in a folder; requires neither a key nor a journal'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "verify" -d 'Verify a backup: decrypt all of it, and check every hash, database, hash chain and original'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "drill" -d 'Test restoring a backup: restore it into a temporary folder, count, search, open originals, and delete it'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "prune" -d 'Remove old backups, and originals that no other backup needs'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from import" -f -a "journal-server" -d 'Import all users of a Python journal-server: journals, logins, API keys and settings'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from import" -f -a "journal" -d 'Import the output of `journal export` into an empty journal'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from import" -f -a "markdown" -d 'Import a folder of notes: Markdown and plain text, with embedded photographs and recordings'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from import" -f -a "jrnl" -d 'Import a jrnl journal from its JSON export or its text'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from import" -f -a "day-one" -d 'Import a Day One journal from the ZIP of its JSON export'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "add" -d 'Add a user with a journal of their own'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "list" -d 'List all users'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "show" -d 'Show a user\'s account, never their entries'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "default" -d 'Show or choose the user whose journal commands work on unless --user names one'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "passwd" -d 'Set a user\'s password'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "enable" -d 'Enable a disabled user'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "disable" -d 'Disable a user; their API keys stop working at once'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "admin" -d 'Grant or revoke the admin role'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "unlock" -d 'Unlock an account that is locked after failed logins'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "contain" -d 'Revoke all access to an account and report what was read; nothing is deleted'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "reset-link" -d 'Create a single-use link that sets a new password, valid for 30 minutes'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "delete" -d 'Delete a user and their journal; can be undone for 7 days'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "purge" -d 'Destroy the journals of users deleted at least 7 days ago, and list what was destroyed'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from key" -f -a "add" -d 'Create an API key; it is shown only once'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from key" -f -a "list" -d 'List your API keys, including revoked and expired ones'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from key" -f -a "rotate" -d 'Replace a key with a new one of the same name and scopes'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from key" -f -a "revoke" -d 'Revoke a key; it stops working at once'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from session" -f -a "list" -d 'List active sessions'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from session" -f -a "revoke" -d 'Revoke a session at once'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "list" -d 'List jobs, newest first'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "show" -d 'Show a job'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "run" -d 'Run all due jobs'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "retry" -d 'Retry a failed or cancelled job'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "cancel" -d 'Cancel a queued or running job'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from keyring" -f -a "status" -d 'Show the root key\'s fingerprint, the paths of keyring and secret, and the last recovery kit'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from keyring" -f -a "rotate" -d 'Replace the secret; the old secret no longer opens the journal'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from keyring" -f -a "recover-kit" -d 'Create a recovery kit: a printable sheet with the root key, in case the secret is lost'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from keyring" -f -a "check-kit" -d 'Check that a typed recovery kit opens this journal'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "list" -d 'List the newest audit events'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "verify" -d 'Verify that no event was changed, removed or inserted, and that the signed checkpoints match'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "export" -d 'Export all events and checkpoints as signed NDJSON, for storage and verification elsewhere'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from egress" -f -a "list" -d 'List the requests sent to providers, newest first; never their content'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from egress" -f -a "report" -d 'Summarise the requests by provider, purpose and model'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from egress" -f -a "preview" -d 'Show an entry as a provider would receive it; nothing is sent'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from egress" -f -a "policy" -d 'Show or change the egress policy'
complete -c journal -n "__fish_journal_using_subcommand help; and __fish_seen_subcommand_from mcp" -f -a "config" -d 'Print the configuration of an MCP client for this journal'
