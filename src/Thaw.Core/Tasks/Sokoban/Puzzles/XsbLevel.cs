namespace Thaw.Core.Tasks.Sokoban.Puzzles;

/// <summary>One level of an XSB file: a puzzle, or what is wrong with it.</summary>
/// <param name="Title">As the file names it; <c>level N</c> where it does not.</param>
/// <param name="Line">Of its first row, counted from 1.</param>
/// <param name="Puzzle">Null where there is a fault.</param>
/// <param name="Fault">One line without the name of the file: <c>line 12: cause</c>.</param>
public sealed record XsbLevel(string Title, int Line, SokobanPuzzle? Puzzle, string? Fault);
