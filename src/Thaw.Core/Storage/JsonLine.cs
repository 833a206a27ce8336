namespace Thaw.Core.Storage;

/// <summary>A line of a JSON Lines file: its value, or the error that says why there is none.</summary>
/// <param name="Number">Counted from 1; empty lines count.</param>
public readonly record struct JsonLine<T>(int Number, T? Value, InvalidDataException? Error)
    where T : class;
