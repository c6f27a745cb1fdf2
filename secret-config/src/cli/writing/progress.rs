//! How far the writes are: a bar below the lines of what was written, or, where nothing can be drawn anew, numbered lines.

use crate::cli::console::{Console, Progress as Style};
use crate::error::printable;
use crate::operator::{Creation, Promotion, Write};

/// Of the bar itself.
const CELLS: usize = 20;

/// A line that is longer wraps, and cannot be wiped.
const WIDTH: usize = 79;

pub(super) struct Progress<'c, 'a> {
    console: &'c mut Console<'a>,
    names: Vec<String>,
    done: usize,
    /// How much of the line is to be wiped.
    drawn: usize,
}

impl<'c, 'a> Progress<'c, 'a> {
    pub(super) fn of(promotion: &Promotion, console: &'c mut Console<'a>) -> Self {
        let names = promotion.creations().iter().map(Creation::name).map(printable).collect();
        let mut progress = Self { console, names, done: 0, drawn: 0 };
        progress.draw();
        progress
    }

    /// One more is done.
    pub(super) fn tell(&mut self, write: &Write) {
        self.done += 1;
        match self.console.progress() {
            Style::Lines => self.console.say(&format!("[{}/{}] {write}\n", self.done, self.names.len())),
            Style::Bar => {
                let wiped = " ".repeat(self.drawn);
                self.console.say(&format!("\r{wiped}\r{write}\n"));
                self.drawn = 0;
                self.draw();
            }
        }
    }

    /// With the name of the one that is written now; nothing once there is none.
    fn draw(&mut self) {
        let Some(name) = self.names.get(self.done) else { return };
        if self.console.progress() == Style::Bar {
            let bar = bar(self.done, self.names.len(), name);
            self.drawn = bar.chars().count();
            self.console.say(&bar);
        }
    }
}

fn bar(done: usize, all: usize, name: &str) -> String {
    let filled = CELLS * done / all.max(1);
    let bar = format!("[{}{}] {done}/{all} {name}", "#".repeat(filled), ".".repeat(CELLS - filled));
    bar.chars().take(WIDTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_fills_and_never_wraps() {
        assert_eq!(bar(0, 4, "/a"), "[....................] 0/4 /a");
        assert_eq!(bar(3, 4, "/a"), "[###############.....] 3/4 /a");
        assert_eq!(bar(1, 2, &"n".repeat(200)).len(), WIDTH);
    }
}
