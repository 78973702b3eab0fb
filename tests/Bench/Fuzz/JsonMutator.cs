using System.Text.Json.Nodes;

namespace MtaSts.Bench.Fuzz;

/// <summary>Changes JSON as JSON: fields swap their kinds, move, come twice, go. So that what comes out reaches past the JSON reader.</summary>
internal static class JsonMutator
{
    private static readonly string[] Texts =
    [
        "", " ", "a..", "a. .", ".", "\u0000", "\ud800x", "xn--", "xn--a", "\u00fc.example", "a\u3002b\u3002", "mx:mx: a", "[\"[\\\"a\\\"]\"]", "[]", "[1]", "2025-03-04", "2025-03-04T00:00:00", "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+14:00", "1", "-1", "1e300", "<script>", "=1+1", "x@y@z.example", "mailto:a@b.example", "A.EXAMPLE.", "\u202e", "harbour.example",
    ];

    /// <summary>The input when it is no JSON, or too deep to be worth it.</summary>
    public static byte[] Mutate(byte[] input, Dice dice)
    {
        try
        {
            var root = JsonNode.Parse(input)!;
            for (var step = dice.Below(4); step >= 0; step--)
                Step(root, dice);
            return System.Text.Encoding.UTF8.GetBytes(root.ToJsonString());
        }
        catch (Exception)
        {
            return input; // What is no JSON any more is the other mutator's.
        }
    }

    private static void Step(JsonNode root, Dice dice)
    {
        var places = new List<(JsonNode Parent, string? Name, int Index)>();
        Collect(root, places);
        if (places.Count == 0)
            return;
        var place = dice.Of(places);
        var value = Get(place);
        switch (dice.Below(6))
        {
            case 0:
                Set(place, Leaf(dice));
                break;
            case 1:
                Set(place, new JsonArray(value?.DeepClone(), Leaf(dice)));
                break;
            case 2:
                Set(place, new JsonObject { [dice.OneIn(2) ? "policy" : "x"] = value?.DeepClone() });
                break;
            case 3: // Another field's value.
                Set(place, Get(dice.Of(places))?.DeepClone());
                break;
            case 4:
                Remove(place);
                break;
            default: // A list or a text grows.
                if (value is JsonArray { Count: > 0 } list)
                {
                    for (var more = dice.Below(dice.OneIn(20) ? 300 : 6); more >= 0; more--)
                        list.Add(list[dice.Below(list.Count)]?.DeepClone());
                }
                else
                {
                    Set(place, value is null ? "null" : value.ToJsonString()); // Packed into a text, as Microsoft does.
                }
                break;
        }
    }

    private static JsonValue? Leaf(Dice dice) => dice.Below(6) switch
    {
        0 => null,
        1 => JsonValue.Create(dice.OneIn(2)),
        2 => JsonValue.Create(dice.OneIn(2) ? -1L : long.MaxValue),
        3 => JsonValue.Create(1.5),
        _ => JsonValue.Create(dice.Of(Texts)),
    };

    private static void Collect(JsonNode? node, List<(JsonNode, string?, int)> places)
    {
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members)
            {
                places.Add((node, name, 0));
                Collect(value, places);
            }
        }
        else if (node is JsonArray list)
        {
            for (var i = 0; i < list.Count; i++)
            {
                places.Add((node, null, i));
                Collect(list[i], places);
            }
        }
    }

    private static JsonNode? Get((JsonNode Parent, string? Name, int Index) place) =>
        place.Name is { } name ? ((JsonObject)place.Parent)[name] : (JsonArray)place.Parent is var list && place.Index < list.Count ? list[place.Index] : null;

    private static void Set((JsonNode Parent, string? Name, int Index) place, JsonNode? value)
    {
        if (place.Name is { } name)
            ((JsonObject)place.Parent)[name] = value;
        else
            ((JsonArray)place.Parent)[place.Index] = value;
    }

    private static void Remove((JsonNode Parent, string? Name, int Index) place)
    {
        if (place.Name is { } name)
            ((JsonObject)place.Parent).Remove(name);
        else
            ((JsonArray)place.Parent).RemoveAt(place.Index);
    }
}
