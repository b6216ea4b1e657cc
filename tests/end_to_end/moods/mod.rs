//! Mood scoring from the command line to the model and back: the real program and a scripted provider.

mod commands;
mod routes;
mod scoring;
