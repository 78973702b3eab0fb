using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtaSts.Modules.Cloudflare.Simulator;

namespace MtaSts.Modules.Tests.Cloudflare;

/// <summary>Checks exchanges against an OpenAPI document: its paths, query parameters, request bodies and answers.</summary>
internal sealed class OpenApiDocument(JsonObject root)
{
    private readonly SchemaCheck schemas = new(root);

    public static OpenApiDocument Load(string path) => new(JsonNode.Parse(File.ReadAllText(path))!.AsObject());

    /// <summary>What of the exchange the document does not allow; empty when all is well.</summary>
    public IReadOnlyList<string> Check(Exchange exchange)
    {
        var (path, query) = Split(exchange.Path);
        if (Operation(path, exchange.Method) is not { } operation)
            return [$"{exchange.Method} {path} is no operation of the document"];
        List<string> problems = [.. Parameters(operation, query)];
        if (operation["requestBody"]?["content"]?["application/json"]?["schema"] is { } request)
            problems.AddRange(schemas.Check(request, JsonNode.Parse(exchange.Request), "request"));
        else if (exchange.Request.Length > 0)
            problems.Add("a body where none belongs");
        var status = exchange.Status.ToString(CultureInfo.InvariantCulture);
        var answer = operation["responses"]![status] ?? operation["responses"]![status[..1] + "XX"];
        if (answer?["content"]?["application/json"]?["schema"] is { } response)
            problems.AddRange(schemas.Check(response, JsonNode.Parse(exchange.Response), "response"));
        else
            problems.Add($"status {status} is not foreseen");
        return [.. problems.Select(problem => $"{exchange.Method} {exchange.Path} → {status}: {problem}")];
    }

    private IEnumerable<string> Parameters(JsonNode operation, IReadOnlyDictionary<string, string> query)
    {
        foreach (var (name, value) in query)
        {
            var parameter = operation["parameters"]?.AsArray().FirstOrDefault(item => (string?)item!["in"] == "query" && (string?)item["name"] == name);
            if (parameter is null)
                yield return $"query parameter {name} is unknown";
            else
            {
                var type = (string?)schemas.Resolve(parameter["schema"]!)["type"];
                var node = type is "number" or "integer" ? JsonNode.Parse(value) : JsonValue.Create(value);
                foreach (var problem in schemas.Check(parameter["schema"]!, node, name))
                    yield return problem;
            }
        }
    }

    /// <summary>The operation whose path fits, the one with the fewest placeholders first.</summary>
    private JsonNode? Operation(string path, string method) => root["paths"]!.AsObject()
        .Where(item => Fits(item.Key, path)).OrderBy(item => item.Key.Count(character => character == '{'))
        .Select(item => item.Value![method.ToLowerInvariant()]).FirstOrDefault();

    private static bool Fits(string template, string path)
    {
        var (expected, actual) = (template.Split('/'), path.Split('/'));
        return expected.Length == actual.Length && expected.Zip(actual).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);
    }

    private static (string Path, Dictionary<string, string> Query) Split(string target)
    {
        var parts = target.Split('?', 2);
        var query = parts.Length == 1 ? [] : parts[1].Split('&').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
        return (parts[0], query);
    }
}

/// <summary>
/// The part of JSON Schema that OpenAPI 3.0 documents of this kind use. Stricter in one thing: a property that no part of an
/// object's schema names is a problem, so that nobody makes properties up.
/// </summary>
internal sealed class SchemaCheck(JsonObject root)
{
    public IEnumerable<string> Check(JsonNode schema, JsonNode? value, string at) => Check(schema, value, at, isPart: false);

    private List<string> Check(JsonNode schema, JsonNode? value, string at, bool isPart)
    {
        schema = Resolve(schema);
        if (value is null)
            return schema["nullable"]?.GetValue<bool>() == true || Values(schema)?.Contains(null) == true || schema["type"] is null ? [] : [$"{at} is null"];
        List<string> problems = [.. Own(schema, value, at)];
        foreach (var part in Parts(schema, "allOf"))
            problems.AddRange(Check(part, value, at, isPart: true));
        foreach (var keyword in new[] { "oneOf", "anyOf" })
        {
            var fitting = Parts(schema, keyword).Select(part => Check(part, value, at, isPart: true).ToArray()).ToArray();
            if (fitting.Length > 0 && !fitting.Any(found => found.Length == 0))
                problems.AddRange(fitting.MinBy(found => found.Length)!);
        }
        if (!isPart && schema["additionalProperties"]?.GetValueKind() != JsonValueKind.True && value is JsonObject fields && Known(schema) is { Count: > 0 } known)
            problems.AddRange(fields.Select(field => field.Key).Where(name => !known.Contains(name)).Select(name => $"{at}.{name} is made up"));
        return problems;
    }

    private IEnumerable<string> Own(JsonNode schema, JsonNode value, string at)
    {
        if ((string?)schema["type"] is { } type && !HasType(type, value))
            yield return $"{at} is {value.GetValueKind()}, not {type}";
        if (Values(schema) is { } values && !values.Contains(value.ToJsonString()))
            yield return $"{at} is {value.ToJsonString()}, not one of {string.Join(", ", values)}";
        if (value is JsonValue && value.GetValueKind() == JsonValueKind.String)
        {
            var length = value.GetValue<string>().Length;
            if (length > (int?)schema["maxLength"] || length < (int?)schema["minLength"])
                yield return $"{at} has {length} characters";
            if ((string?)schema["format"] == "date-time" && !DateTimeOffset.TryParse(value.GetValue<string>(), CultureInfo.InvariantCulture, out _))
                yield return $"{at} is no time";
        }
        if (value.GetValueKind() == JsonValueKind.Number && (value.GetValue<double>() > (double?)schema["maximum"] || value.GetValue<double>() < (double?)schema["minimum"]))
            yield return $"{at} is {value.ToJsonString()}, out of its range";
        if (value is JsonArray items && schema["items"] is { } item)
        {
            foreach (var problem in items.SelectMany((element, i) => Check(item, element, $"{at}[{i}]", isPart: false)))
                yield return problem;
        }
        if (value is not JsonObject fields)
            yield break;
        foreach (var name in schema["required"]?.AsArray().Select(node => (string)node!) ?? [])
        {
            if (!fields.ContainsKey(name))
                yield return $"{at}.{name} is missing";
        }
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            if (!fields.TryGetPropertyValue(name, out var field))
                continue;
            foreach (var problem in Check(property!, field, $"{at}.{name}", isPart: false))
                yield return problem;
        }
    }

    private HashSet<string> Known(JsonNode schema)
    {
        schema = Resolve(schema);
        HashSet<string> known = [.. schema["properties"]?.AsObject().Select(property => property.Key) ?? []];
        foreach (var part in new[] { "allOf", "oneOf", "anyOf" }.SelectMany(keyword => Parts(schema, keyword)))
            known.UnionWith(Known(part));
        return known;
    }

    public JsonNode Resolve(JsonNode schema)
    {
        while ((string?)schema["$ref"] is { } reference)
            schema = reference[2..].Split('/').Aggregate((JsonNode)root, (node, name) => node[name]!);
        return schema;
    }

    private static HashSet<string?>? Values(JsonNode schema) => schema["enum"]?.AsArray().Select(node => node?.ToJsonString()).ToHashSet();

    private static IEnumerable<JsonNode> Parts(JsonNode schema, string keyword) => schema[keyword]?.AsArray().Select(node => node!) ?? [];

    private static bool HasType(string type, JsonNode value) => (type, value.GetValueKind()) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) or ("number" or "integer", JsonValueKind.Number) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        _ => false,
    };
}
