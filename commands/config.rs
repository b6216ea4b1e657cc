use crate::cli_context::CliContext;
use crate::output::{CommandOutput, table};
use journal::config::ResolvedSetting;
use journal::error::Result;

/// Show every setting with its value and origin
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal config --changed")]
pub struct Args {
    /// Only settings that are set explicitly
    #[arg(long)]
    changed: bool,
}

pub fn run(shell: &CliContext, args: &Args, out: &mut CommandOutput) -> Result<()> {
    let config = &shell.config;
    let origin = |setting: &ResolvedSetting| setting.origin.to_string();
    let defaults = ["default", "not set"];
    let settings: Vec<&ResolvedSetting> = config
        .settings
        .iter()
        .filter(|setting| !args.changed || !defaults.contains(&origin(setting).as_str()))
        .collect();
    let items: Vec<_> = settings
        .iter()
        .map(|setting| {
            serde_json::json!({
                "key": setting.definition.key, "variable": setting.definition.variable, "value": setting.display_value(),
                "origin": origin(setting), "about": setting.definition.about,
            })
        })
        .collect();
    out.result(&serde_json::json!({ "items": items, "warnings": config.warnings }), |_| {
        let rows = settings.iter().map(|setting| {
            let value = setting.display_value().unwrap_or("-");
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
