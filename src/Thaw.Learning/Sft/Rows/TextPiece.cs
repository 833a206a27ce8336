namespace Thaw.Learning.Sft.Rows;

/// <summary>A part of a row that is encoded by itself, so that no token holds both prompt and answer, as when a model answers.</summary>
internal readonly record struct TextPiece(string Text, bool IsTarget);
