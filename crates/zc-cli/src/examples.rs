//! What help and manual pages show of each command: lines that can be typed.

pub(crate) const COUNT: &str = "\
Examples:
  zc count access.log
  zc count -l access.log events.ndjson
  cat access.log | zc count -w
  zc count --stats access.log";

pub(crate) const PARSE: &str = "\
Examples:
  zc parse auto access.log
  zc parse combined access.log --where 'status >= 500' --select host,target,status
  zc parse combined access.log --where 'target ~ /login' --to raw
  zc parse ndjson events.ndjson --where 'user.name = \"ann\"' --to raw
  zc parse combined access.log --count-by status,method --top 5
  zc parse csv table.csv --delimiter ';' --where 'price > 100' --select id,price
  zc parse logfmt app.log --to csv --select time,level,msg
  zc parse kv /etc/os-release --stats
  cat events.ndjson | zc parse ndjson --where 'ok = true'

Exit status: 0 all good; 1 some records were bad, and all others were written; 2 wrong usage or an \
input or output error.";

pub(crate) const COPY: &str = "\
Examples:
  zc copy disk.img backup/
  zc copy disk.img copy.img --explain
  zc copy disk.img copy.img --via copy_file_range --stats
  cat disk.img | zc copy - copy.img
  zc copy disk.img - | zc count -c";

pub(crate) const ECHO: &str = "\
Examples:
  zc echo --listen 127.0.0.1:7000
  zc echo --listen 127.0.0.1:0 --mode splice --stats";

pub(crate) const PROXY: &str = "\
Examples:
  zc proxy --listen 127.0.0.1:7000 --to 127.0.0.1:8000
  zc proxy --listen 127.0.0.1:0 --to 127.0.0.1:8000 --to 127.0.0.1:8001 --idle-timeout 60";

pub(crate) const SERVE: &str = "\
Examples:
  zc serve public --listen 127.0.0.1:8000
  zc serve public --listen 127.0.0.1:0 --access-log access.log --header 'Cache-Control: no-cache'";

pub(crate) const DOCTOR: &str = "\
Examples:
  zc doctor
  zc doctor --dir . --plot costs.svg
  zc doctor access.log
  zc doctor --json --up-to 16M";

pub(crate) const COMPLETIONS: &str = "\
Examples:
  source <(zc completions bash)
  zc completions bash > zc.bash
  zc completions zsh > _zc
  zc completions fish > zc.fish";

pub(crate) const MAN: &str = "\
Examples:
  zc man | man -l -
  zc man parse | man -l -";
