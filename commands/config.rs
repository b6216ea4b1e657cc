use crate::out::Out;
use crate::out::table;
use crate::shell::Shell;
use journal::config::Resolved;
use journal::error::Result;

/// Show every setting, its value and where it comes from
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only settings that do not have their default
    #[arg(long)]
    changed: bool,
}

pub fn run(shell: &Shell, args: &Args, out: &mut Out) -> Result<()> {
    let config = &shell.config;
    let origin = |setting: &Resolved| setting.origin.to_string();
    let defaults = ["default", "not set"];
    let settings: Vec<&Resolved> = config
        .settings
        .iter()
        .filter(|setting| !args.changed || !defaults.contains(&origin(setting).as_str()))
        .collect();
    let items: Vec<_> = settings
        .iter()
        .map(|setting| {
            serde_json::json!({
                "key": setting.definition.key, "variable": setting.definition.variable, "value": setting.shown(),
                "origin": origin(setting), "about": setting.definition.about,
            })
        })
        .collect();
    out.result(&serde_json::json!({ "items": items, "warnings": config.warnings }), |_| {
        let rows = settings.iter().map(|setting| {
            let value = setting.shown().unwrap_or("-");
            [
                setting.definition.key.to_owned(),
                value.to_owned(),
                origin(setting),
                setting.definition.variable.to_owned(),
            ]
        });
        table(["SETTING", "VALUE", "FROM", "VARIABLE"], rows)
    })
}
