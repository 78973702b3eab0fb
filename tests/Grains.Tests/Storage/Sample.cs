using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Text;

namespace MtaSts.Grains.Tests.Storage;

/// <summary>
/// Makes a value of any stored shape with every property set to something that is not its default, always the same: a member added to a state is in
/// its golden file without anybody's doing.
/// </summary>
internal static class Sample
{
    /// <summary>Deeper than any state is; a shape that contains itself ends here.</summary>
    private const int MaxDepth = 12;

    public static object Of(Type type) => Make(type, type.Name, 0)!;

    private static object? Make(Type type, string name, int depth)
    {
        if (depth > MaxDepth)
            throw new InvalidOperationException($"{type} contains itself.");
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Scalar(type, name) is { } scalar)
            return scalar;
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1);
        if (type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type))
            return Collection(type, name, depth);
        return Record(type, depth);
    }

    private static object? Scalar(Type type, string name)
    {
        // Numbers differ from member to member, so that two that were swapped show.
        var number = (Encoding.UTF8.GetBytes(name).Sum(static b => b) % 89) + 10;
        return type switch
        {
            _ when type == typeof(string) => $"{name} ü <1>",
            _ when type == typeof(bool) => true,
            _ when type == typeof(int) => number,
            _ when type == typeof(long) => 9_007_199_254_740_000L + number,
            _ when type == typeof(byte[]) => new byte[] { 0, (byte)number, 255 },
            _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 1, 2, 3, 4, number % 60, TimeSpan.Zero).AddTicks(1234567),
            _ when type == typeof(TimeOnly) => new TimeOnly(number % 24, number % 60),
            _ when type == typeof(DateOnly) => new DateOnly(2026, 1, number % 28),
            _ when type == typeof(TimeSpan) => new TimeSpan(1, 2, 3, number % 60, 4),
            _ => null,
        };
    }

    private static object Collection(Type type, string name, int depth)
    {
        var arguments = type.GetGenericArguments();
        var definition = type.GetGenericTypeDefinition();
        if (definition == typeof(ImmutableArray<>) || definition == typeof(IReadOnlyList<>))
        {
            var cases = Cases(arguments[0]).Select(type => Make(type, name, depth + 1)).ToArray();
            var array = Array.CreateInstance(arguments[0], cases.Length);
            cases.CopyTo(array, 0);
            return definition == typeof(IReadOnlyList<>) ? array : Call(typeof(ImmutableArray), "CreateRange", arguments, array);
        }

        // The other immutable collections have Empty and Add.
        var items = arguments.Select(argument => Make(argument, name, depth + 1)).ToArray();
        var empty = type.GetField("Empty")!.GetValue(null)!;
        var add = type.GetMethods().First(method => method.Name == "Add" && method.GetParameters().Length == items.Length);
        return add.Invoke(empty, items)!;
    }

    /// <summary>Every case of a closed type, found independently of the names registered with the serializer: a case without a name in the store fails. Other types are their only case.</summary>
    private static IEnumerable<Type> Cases(Type type) => type.IsAbstract && type.IsClass ? type.GetNestedTypes().Where(type.IsAssignableFrom).OrderBy(static one => one.Name, StringComparer.Ordinal) : [type];

    private static object Call(Type type, string method, Type[] arguments, object value) =>
        type.GetMethods().First(candidate => candidate.Name == method && candidate.GetParameters().Length == 1 && candidate.GetGenericArguments().Length == 1
            && candidate.GetParameters()[0].ParameterType.IsAssignableFrom(typeof(IEnumerable<>).MakeGenericType(candidate.GetGenericArguments())))
            .MakeGenericMethod(arguments).Invoke(null, [value])!;

    private static object Record(Type type, int depth)
    {
        var constructor = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public).OrderByDescending(static found => found.GetParameters().Length).First();
        var made = constructor.Invoke([.. constructor.GetParameters().Select(parameter => Make(parameter.ParameterType, parameter.Name!, depth + 1))]);
        foreach (var property in type.GetProperties().Where(static property => property.CanWrite))
            property.SetValue(made, Make(property.PropertyType, property.Name, depth + 1));
        return made;
    }
}
