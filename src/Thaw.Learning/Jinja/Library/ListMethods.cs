using System.Numerics;
using Thaw.Learning.Jinja.Python;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Library;

/// <summary>Methods of lists and tuples.</summary>
internal static class ListMethods
{
    public static Value? Find(ListValue list, string name) => name switch
    {
        "index" => new FunctionValue(name, (arguments, run) =>
        {
            var wanted = arguments.Bind(run, "index", 1, "value")[0]!;
            for (var i = 0; i < list.Elements.Count; i++)
            {
                if (Comparison.AreEqual(list.Elements[i], wanted, run))
                {
                    return new IntegerValue(new BigInteger(i));
                }
            }

            throw run.Error($"{Text.Repr(wanted, run)} is not in the list");
        }),
        "count" => new FunctionValue(name, (arguments, run) =>
        {
            var wanted = arguments.Bind(run, "count", 1, "value")[0]!;
            return new IntegerValue(new BigInteger(list.Elements.Count(element => Comparison.AreEqual(element, wanted, run))));
        }),
        "copy" when !list.IsTuple => new FunctionValue(name, (arguments, run) =>
        {
            arguments.Bind(run, "copy", 0);
            return list;
        }),
        "append" or "clear" or "extend" or "insert" or "pop" or "remove" or "reverse" or "sort" when !list.IsTuple => DictMethods.Refused("list", name),
        _ => null,
    };
}
