namespace Thaw.Cli;

/// <summary>Types in the words of someone who fills in a form.</summary>
internal static class TypeWords
{
    /// <summary>Completes the sentence "x must be ...".</summary>
    public static string Of(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(ulong) || type == typeof(uint) => "a whole number, 0 or greater",
            _ when type == typeof(int) || type == typeof(long) => "a whole number",
            _ when type == typeof(double) || type == typeof(float) => "a number",
            _ when type.IsEnum => "one of " + string.Join(", ", Enum.GetNames(type).Select(Configuration.KeyNames.FromProperty)),
            _ => "text",
        };
    }
}
