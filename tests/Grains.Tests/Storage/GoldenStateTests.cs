using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using MtaSts.Grains.Storage;
using MtaSts.Peers;
using MtaSts.Storage;
using Xunit;

namespace MtaSts.Grains.Tests.Storage;

/// <summary>
/// The stored shape of every state is kept in <c>Golden/NAME.json</c>. A change on purpose: run with <c>UPDATE_GOLDEN=1</c> and read the diff. When a
/// shape was released and a member goes or changes, keep the old file as <c>Golden/NAME.VERSION.json</c>: it must stay readable.
/// </summary>
public sealed class GoldenStateTests
{
    private const string ElementsMember = "(elements)";

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string Folder = Path.Combine(RepositoryFolder.Path, "tests", "Grains.Tests", "Storage", "Golden");

    static GoldenStateTests()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") != "1")
            return;
        foreach (var (name, _, type, _) in StoredStates.All)
            File.WriteAllText(Path.Combine(Folder, name + ".json"), Format(Write(Sample.Of(type))));
    }

    public static TheoryData<string> Names() => [.. StoredStates.All.Select(static state => state.Name)];

    public static TheoryData<string> Files() => [.. Directory.GetFiles(Folder, "*.json").Select(static file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Fact]
    public void States_OfTheAssembly_HaveNamesOfTheirOwnInTheOneStore()
    {
        Assert.All(StoredStates.All, static state => Assert.Equal(StateNames.Storage, state.Provider));
        Assert.Equal(StoredStates.All.Count, StoredStates.All.Select(static state => state.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal(StoredStates.All.Count, StoredStates.All.Select(static state => state.Type).Distinct().Count());
        // No name is made up beside the list, and none of the list means two things.
        var names = typeof(StateNames).GetFields().Where(static field => field.Name != nameof(StateNames.Storage)).Select(static field => (string)field.GetValue(null)!).ToList();
        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Empty(StoredStates.All.Select(static state => state.Name).Except(names));
        Assert.InRange(StoredStates.All.Count, 9, 100);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_AStateWithEveryMemberSet_IsTheGoldenFile(string name)
    {
        var file = Path.Combine(Folder, name + ".json");

        Assert.True(File.Exists(file), $"No golden file for the state {name}: run with UPDATE_GOLDEN=1 and commit it.");
        Assert.Equal(File.ReadAllText(file), Format(Write(Sample.Of(TypeOf(name)))));
    }

    /// <summary>What was stored by any version is read, and nothing of it is lost when it is stored again.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void Read_AGoldenFile_KeepsAllOfIt(string file)
    {
        var stored = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!;

        var written = Write(Read(TypeOf(file.Split('.')[0]), stored));

        Assert.Empty(Missing(stored, written, "$"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_MembersOfALaterVersion_ArePassedOver(string name)
    {
        var golden = Golden(name);
        var later = golden.DeepClone();
        AddUnknown(later);

        Assert.Equal(Format(golden), Format(Write(Read(TypeOf(name), later))));
    }

    /// <summary>An older version has not written every member: what is missing is what a new state has, and the rest is as stored.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Read_AMissingMember_IsAsInANewState(string name)
    {
        var type = TypeOf(name);
        var fresh = Write(Activator.CreateInstance(type)!).AsObject();
        foreach (var member in Golden(name).AsObject().Select(static pair => pair.Key))
        {
            var older = Golden(name).AsObject();
            older.Remove(member);
            var expected = Golden(name).AsObject();
            expected.Remove(member);
            if (fresh.TryGetPropertyValue(member, out var value))
                expected[member] = value?.DeepClone();

            Assert.Empty(Missing(expected, Write(Read(type, older)), "$"));
            Assert.Empty(Missing(Write(Read(type, older)), expected, "$"));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_AnEmptyObject_IsANewState(string name)
    {
        var type = TypeOf(name);

        Assert.Equal(Format(Write(Activator.CreateInstance(type)!)), Format(Write(Read(type, new JsonObject()))));
    }

    /// <summary>Null is not written: a member that may be null and must be there would make a stored state unreadable.</summary>
    [Fact]
    public void Members_ThatMayBeNull_AreNotRequired()
    {
        var options = new JsonSerializerOptions { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        StateJson.Configure(options);
        var (seen, left, faults) = (new HashSet<Type>(), new Queue<Type>([.. StoredStates.All.Select(static state => state.Type), .. StoredStates.All.Select(static state => Sample.Of(state.Type)).OfType<IStateWithElements>().SelectMany(static state => state.Elements.Values).Select(static element => element.GetType())]), new List<string>());
        while (left.TryDequeue(out var type))
        {
            if (!seen.Add(type))
                continue;
            var info = options.GetTypeInfo(type);
            foreach (var part in new[] { info.ElementType, info.KeyType }.OfType<Type>().Concat(info.PolymorphismOptions?.DerivedTypes.Select(static derived => derived.DerivedType) ?? []))
                left.Enqueue(part);
            foreach (var property in info.Properties)
            {
                left.Enqueue(property.PropertyType);
                if (property is { IsRequired: true, IsGetNullable: true, PropertyType.IsGenericParameter: false })
                    faults.Add($"{type.Name}.{property.Name}");
            }
        }
        Assert.Empty(faults);
        Assert.InRange(seen.Count(static type => type.Namespace?.StartsWith("MtaSts", StringComparison.Ordinal) == true), 60, 1_000);
    }

    private static Type TypeOf(string name) => StoredStates.All.Single(state => state.Name == name).Type;

    private static JsonNode Golden(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, name + ".json")))!;

    /// <summary>As it is stored; the elements that have rows of their own are shown as a member.</summary>
    private static JsonNode Write(object state)
    {
        var stored = WriteRow(state);
        if (state is IStateWithElements { Elements: { Count: > 0 } elements })
            stored[ElementsMember] = new JsonArray([.. elements.OrderBy(element => element.Key, StringComparer.Ordinal).Select(element => WriteRow(element.Value))]);
        return stored;
    }

    private static JsonNode WriteRow(object value) => JsonNode.Parse(StoredStates.Serializer.Serialize(value))!;

    private static object Read(Type type, JsonNode stored)
    {
        stored = stored.DeepClone();
        var elements = stored is JsonObject row && row.Remove(ElementsMember, out var found) ? found!.AsArray().Select(element => BinaryData.FromString(element!.ToJsonString())).ToArray() : [];
        var state = typeof(Orleans.Storage.IGrainStorageSerializer).GetMethod("Deserialize")!.MakeGenericMethod(type)
            .Invoke(StoredStates.Serializer, [BinaryData.FromString(stored.ToJsonString())])!;
        return elements.Length > 0 ? ((IStateWithElements)state).With(elements, StoredStates.Serializer) : state;
    }

    private static string Format(JsonNode node) => node.ToJsonString(Readable) + "\n";

    /// <summary>What <paramref name="stored"/> holds and <paramref name="written"/> does not, by path.</summary>
    private static IEnumerable<string> Missing(JsonNode? stored, JsonNode? written, string path) => (stored, written) switch
    {
        (JsonObject a, JsonObject b) => a.SelectMany(pair => b.ContainsKey(pair.Key) ? Missing(pair.Value, b[pair.Key], $"{path}.{pair.Key}") : [$"{path}.{pair.Key}"]),
        (JsonArray a, JsonArray b) when a.Count == b.Count => a.SelectMany((item, i) => Missing(item, b[i], $"{path}[{i}]")),
        _ => JsonNode.DeepEquals(stored, written) ? [] : [path],
    };

    /// <summary>Adds members in every object that has members of ours; a dictionary's keys are data, so its objects stay.</summary>
    private static void AddUnknown(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array)
                AddUnknown(item);
        }
        else if (node is JsonObject thing)
        {
            foreach (var (_, value) in thing.ToList())
                AddUnknown(value);
            if (!thing.Select(static pair => pair.Key).All(static key => key.Length > 0 && (char.IsDigit(key[0]) || key.Contains(' ', StringComparison.Ordinal))))
            {
                thing["addedLater"] = new JsonObject { ["deep"] = new JsonArray(1, "two", null) };
                thing["Also_later"] = "text";
            }
        }
    }
}
