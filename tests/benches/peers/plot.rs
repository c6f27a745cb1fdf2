//! What was measured, for people: the README's table, and a plot that is readable on light and on dark pages.

use crate::measure::{FIRST, Line, START};
use crate::{DELAY, client};
use std::collections::HashMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

const BEGIN: &str = "<!-- peers: written by `cargo bench --bench peers -- --plot` -->\n\n";
const END: &str = "\n<!-- peers: end -->\n";

/// Rewrites both from the larger size: the plot shows starts, the table the first load alone as well.
pub(crate) fn write(lines: &[Line]) {
    let most = lines.iter().map(|line| line.parameters).max();
    let of = |state| lines.iter().filter(move |line| line.state == state && Some(line.parameters) == most);
    let loads: HashMap<&str, &Line> = of(FIRST).map(|line| (line.client.as_str(), line)).collect();
    let mut lines: Vec<_> = of(START).collect();
    lines.sort_by(|one, other| one.ratio.total_cmp(&other.ratio));
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::write(tests.join("peers/startup.svg"), plot(&lines)).expect("the sources can be written");
    let readme = tests.join("../README.md");
    let text = fs::read_to_string(&readme).expect("there is a README");
    let (before, rest) = text.split_once(BEGIN).expect("the README has the line where the table begins");
    let (_, after) = rest.split_once(END).expect("the README has the line where the table ends");
    fs::write(readme, format!("{before}{BEGIN}{}{END}{after}", table(&lines, &loads)))
        .expect("the sources can be written");
}

fn table(starts: &[&Line], loads: &HashMap<&str, &Line>) -> String {
    let mut table = String::from(
        "| client | calls | start, in delays | times ours | load alone | times ours |\n|---|--:|--:|--:|--:|--:|\n",
    );
    for Line { client, calls, ratio, times_ours, .. } in starts {
        let Some(load) = loads.get(client.as_str()) else { continue };
        let bold = if is_ours(client) { "**" } else { "" };
        let _ = writeln!(
            table,
            "| {bold}{client}{bold} | {calls} | {bold}{ratio:.1}{bold} | {times_ours:.1} | {bold}{:.1}{bold} | {:.1} |",
            load.ratio, load.times_ours,
        );
    }
    table
}

fn is_ours(client: &str) -> bool {
    client == client::SECRET_CONFIG
}

const WIDTH: usize = 760;
const TOP: usize = 78;
const ROW: usize = 32;
const BAR: usize = 18;
/// Where the bars begin, and how long the longest is: room for the names before, for the numbers behind.
const LEFT: usize = 232;
const LONGEST: f64 = 384.0;

/// It brings a background, so that its colours are right on any page; fonts are those of the reader.
const STYLE: &str = "
    .page { fill: #ffffff; stroke: #d1d9e0 } .title { fill: #1f2328; font-weight: 600; font-size: 17px }
    .name, .number { fill: #1f2328 } .small { fill: #59636e } .bar { fill: #afb8c1 } .ours .bar { fill: #0969da }
    .ours .name, .ours .number { font-weight: 600 } .axis { stroke: #d1d9e0 }
    text { font: 14px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif } .small { font-size: 13px; font-weight: 400 }
    @media (prefers-color-scheme: dark) {
      .page { fill: #0d1117; stroke: #3d444d } .title, .name, .number { fill: #f0f6fc } .small { fill: #9198a1 }
      .bar { fill: #656c76 } .ours .bar { fill: #4493f8 } .axis { stroke: #3d444d }
    }
";

fn plot(lines: &[&Line]) -> String {
    let slowest = lines.iter().map(|line| line.ratio).fold(1.0, f64::max);
    let (parameters, secrets) = lines.first().map_or((0, 0), |line| (line.parameters, line.secrets));
    let title = format!("A start that needs {parameters} parameters and {secrets} secrets");
    let unit = format!(
        "from starting the process to the loaded config, in delays of the server ({} ms a call)",
        DELAY.as_millis()
    );
    let height = TOP + lines.len() * ROW + 14;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         role=\"img\" aria-labelledby=\"title unit\">\n  <style>{STYLE}  </style>\n  \
         <rect class=\"page\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\"/>\n  \
         <text class=\"title\" id=\"title\" x=\"20\" y=\"34\">{title}</text>\n  \
         <text class=\"small\" id=\"unit\" x=\"20\" y=\"56\">{unit}</text>\n",
        WIDTH - 1,
        height - 1,
    );
    for (row, Line { client, ratio, calls, .. }) in lines.iter().enumerate() {
        let class = if is_ours(client) { " class=\"ours\"" } else { "" };
        let y = TOP + row * ROW;
        let (bar, baseline) = (y + (ROW - BAR) / 2, y + ROW / 2 + 5);
        let width = ratio / slowest * LONGEST;
        let _ = writeln!(
            svg,
            "  <g{class}>\n    <text class=\"name\" x=\"{}\" y=\"{baseline}\" text-anchor=\"end\">{client}</text>\n    \
             <rect class=\"bar\" x=\"{LEFT}\" y=\"{bar}\" width=\"{width:.1}\" height=\"{BAR}\" rx=\"2\"/>\n    \
             <text class=\"number\" x=\"{:.1}\" y=\"{baseline}\">{ratio:.1}<tspan class=\"small\" dx=\"8\">{calls} calls</tspan></text>\n  </g>",
            LEFT - 12,
            LEFT as f64 + width + 8.0,
        );
    }
    let _ = writeln!(
        svg,
        "  <line class=\"axis\" x1=\"{LEFT}\" x2=\"{LEFT}\" y1=\"{TOP}\" y2=\"{}\"/>\n</svg>",
        TOP + lines.len() * ROW
    );
    svg
}
