namespace Thaw.Learning.Jinja;

/// <summary>A template that cannot be read, that refuses its input, or that asks for more than it may have.</summary>
/// <remarks>The message is <c>template:line:column: cause</c>; line and column count from 1.</remarks>
public sealed class JinjaException : FormatException
{
    internal JinjaException(string template, Place place, string cause, bool isRaisedByTemplate = false)
        : base($"{template}:{place.Line}:{place.Column}: {cause}") =>
        (Template, Line, Column, Cause, IsRaisedByTemplate) = (template, place.Line, place.Column, cause, isRaisedByTemplate);

    public string Template { get; }

    public int Line { get; }

    public int Column { get; }

    /// <summary>What went wrong, without the place.</summary>
    public string Cause { get; }

    /// <summary>The template itself called <c>raise_exception</c>: the conversation is at fault, <see cref="Cause"/> has the template's words.</summary>
    public bool IsRaisedByTemplate { get; }
}
