using System.Numerics;
using Thaw.Learning.Jinja.Python;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Library;

/// <summary><c>value.name</c> and <c>value[key]</c>: the first looks for a method before a key, the second for a key before a method.</summary>
internal static class Members
{
    public static Value Attribute(Value value, string name, Rendering run)
    {
        if (value is UndefinedValue undefined)
        {
            throw run.Error(undefined.Cause);
        }

        return Own(value, name, run)
            ?? (value as DictValue)?.Find(name)
            ?? new UndefinedValue($"'{Describe(value)}' has no attribute '{name}'");
    }

    public static Value Item(Value value, Value key, Rendering run)
    {
        // An index into a text has to look for surrogate pairs, and a key has to be hashed.
        run.Scan((value as StringValue)?.Text.Length ?? (key as StringValue)?.Text.Length ?? 0);
        switch (value)
        {
            case UndefinedValue undefined:
                throw run.Error(undefined.Cause);
            case DictValue dict when dict.Find(key) is { } found:
                return found;
            case ListValue or RangeValue or StringValue when Numbers.IsWhole(key, out var index):
                return At(value, index) ?? new UndefinedValue($"{Describe(value)} has no element {index}");
            default:
                return (key is StringValue name ? Own(value, name.Text, run) : null)
                    ?? new UndefinedValue(key is StringValue text
                        ? $"'{Describe(value)}' has no attribute '{text.Text}'"
                        : $"{Describe(value)} has no element {Text.Repr(key, run)}");
        }
    }

    /// <summary>Follows a path such as <c>function.name</c> or <c>0.role</c>.</summary>
    public static Value Path(Value value, Value path, Value? otherwise, Rendering run)
    {
        IEnumerable<Value> keys = path is StringValue text
            ? text.Text.Split('.').Select(part => part.Length > 0 && part.All(char.IsAsciiDigit) ? new IntegerValue(BigInteger.Parse(part, System.Globalization.CultureInfo.InvariantCulture)) : (Value)new StringValue(part))
            : [path];
        foreach (var key in keys)
        {
            value = Item(value, key, run);
            value = value is UndefinedValue && otherwise is not null ? otherwise : value;
        }

        return value;
    }

    private static Value? Own(Value value, string name, Rendering run) => value switch
    {
        StringValue text => StringMethods.Find(text, name),
        DictValue dict => DictMethods.Find(dict, name),
        ListValue list => ListMethods.Find(list, name),
        NamespaceValue space => space.Attributes.GetValueOrDefault(name),
        LoopValue loop => loop.Attribute(name, run),
        GroupValue group => name switch { "grouper" => group.Key, "list" => group.Members, _ => null },
        MacroValue macro => name switch
        {
            "name" => new StringValue(macro.Definition.Name),
            "arguments" => ListValue.Tuple([.. macro.Definition.Parameters.Select(parameter => new StringValue(parameter.Name))]),
            _ => null,
        },
        _ => null,
    };

    private static Value? At(Value value, BigInteger index)
    {
        var count = value.Count!.Value;
        index = index.Sign < 0 ? index + count : index;
        return index.Sign < 0 || index >= count ? null : value switch
        {
            ListValue list => list.Elements[(int)index],
            RangeValue range => range.At((int)index),
            _ => new StringValue(CodePoints.Slice(((StringValue)value).Text, (int)index, (int)index + 1)),
        };
    }

    private static string Describe(Value value) => value is NoneValue ? "None" : value.TypeName + " object";
}
