using System.Runtime.CompilerServices;
using System.Text;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja;

/// <summary>One rendering: where it stands, what it has written, and how much of its limits is left.</summary>
internal sealed class Rendering(string template, JinjaLimits limits, TimeProvider clock)
{
    /// <summary>What an item of a new list weighs, in characters of two bytes.</summary>
    public const int CharactersPerItem = 32;

    private const int CharactersPerStep = 16;

    private readonly StringBuilder _result = new();
    private readonly List<Range> _spans = [];
    private StringBuilder? _captured;
    private Place _place = Place.Start;
    private long _steps = limits.Steps;
    private long _characters = limits.Characters;
    private int _calls = limits.Calls;

    public TimeProvider Clock => clock;

    public string Result => _result.ToString();

    /// <summary>What stood in <c>generation</c> blocks, as ranges of <see cref="Result"/>.</summary>
    public IReadOnlyList<Range> Spans => _spans;

    /// <summary>A <c>generation</c> block stood in a macro or another captured text, so that its place in the result is not known.</summary>
    public Place? LostSpan { get; private set; }

    public JinjaException Error(string cause, bool isRaisedByTemplate = false) => new(template, _place, cause, isRaisedByTemplate);

    /// <summary>Says which part of the template is to blame for what happens next.</summary>
    public Rendering At(Place place)
    {
        _place = place;
        return this;
    }

    /// <summary>Counts work: a node of the template, an item of a sequence.</summary>
    /// <exception cref="JinjaException">The template has worked too long, or is nested so deeply that the stack is at its end.</exception>
    public void Step(long count = 1)
    {
        _steps -= count;
        if (_steps < 0)
        {
            throw Error($"the template takes more than {limits.Steps} steps");
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Error("the template is nested too deeply");
        }
    }

    /// <summary>Counts the reading of a text: what takes time, and makes none.</summary>
    public void Scan(long characters) => Step(1 + (characters / CharactersPerStep));

    /// <summary>Counts characters that are about to be made, so that a text is refused before it takes memory.</summary>
    public void Reserve(long characters)
    {
        if (characters > _characters)
        {
            throw Error($"the template makes more than {limits.Characters} characters of text");
        }

        _characters -= characters;
    }

    public StringValue Text(string text)
    {
        Reserve(text.Length);
        return text.Length == 0 ? StringValue.Empty : new StringValue(text);
    }

    /// <summary>A list of what is iterated, each item counted.</summary>
    public List<Value> Collect(IEnumerable<Value> items)
    {
        var list = new List<Value>();
        foreach (var item in items)
        {
            Step();
            Reserve(CharactersPerItem);
            list.Add(item);
        }

        return list;
    }

    public void Write(string text)
    {
        Reserve(text.Length);
        (_captured ?? _result).Append(text);
    }

    /// <summary>What <paramref name="body"/> writes, instead of writing it.</summary>
    public string Capture(Action body)
    {
        var outer = _captured;
        _captured = new StringBuilder();
        try
        {
            body();
            return _captured.ToString();
        }
        finally
        {
            _captured = outer;
        }
    }

    /// <summary>Runs a macro, a caller or a level of a recursive loop.</summary>
    public StringValue Call(Action body)
    {
        if (_calls == 0)
        {
            throw Error($"more than {limits.Calls} calls inside each other");
        }

        _calls--;
        try
        {
            return Text(Capture(body));
        }
        finally
        {
            _calls++;
        }
    }

    /// <summary>Marks what <paramref name="body"/> writes as the assistant's.</summary>
    public void Mark(Place place, Action body)
    {
        var start = _result.Length;
        body();
        if (_captured is not null)
        {
            LostSpan ??= place;
        }
        else if (_result.Length > start)
        {
            _spans.Add(start.._result.Length);
        }
    }
}
