using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MtaSts.Modules.Cloudflare.Simulator;

/// <summary>The zone's DNS records: listed by name, and changed in batches, each applied completely or not at all.</summary>
internal sealed class SimulatedRecords(TimeProvider clock)
{
    private const int MaxContent = 2_048;
    private const int MaxString = 255;
    private const int DefaultPerPage = 100;
    private static readonly string[] Members = ["name", "type", "content", "ttl"];

    private List<JsonObject> records = [];
    private int lastId;

    /// <summary>The current records.</summary>
    public IReadOnlyList<RecordView> All => [.. records.Select(record => new RecordView(Text(record, "name"), Text(record, "type"), Text(record, "content"), (int)record["ttl"]!))];

    public Answer List(IReadOnlyDictionary<string, string> query)
    {
        JsonObject[] found = [.. records.Where(record =>
            (!query.TryGetValue("name.exact", out var name) || Text(record, "name") == name) && (!query.TryGetValue("type", out var type) || Text(record, "type") == type))];
        var perPage = query.TryGetValue("per_page", out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : DefaultPerPage;
        JsonNode[] shown = [.. found.Take(perPage).Select(record => record.DeepClone())];
        return Answer.Ok(new JsonArray(shown), info: new JsonObject
        {
            ["page"] = 1,
            ["per_page"] = perPage,
            ["count"] = shown.Length,
            ["total_count"] = found.Length,
        });
    }

    /// <summary>In the documented order: deletes, patches (not simulated), puts, posts.</summary>
    public Answer Batch(string body)
    {
        JsonObject request;
        try
        {
            request = JsonNode.Parse(body) as JsonObject ?? throw new JsonException();
        }
        catch (JsonException)
        {
            return Answer.Refused(400, 9207, "Request body is invalid.");
        }
        var next = records.Select(record => (JsonObject)record.DeepClone()).ToList();
        var result = new JsonObject { ["deletes"] = new JsonArray(), ["patches"] = new JsonArray(), ["puts"] = new JsonArray(), ["posts"] = new JsonArray() };
        foreach (var step in (string[])["deletes", "puts", "posts"])
        {
            foreach (var change in request[step]?.AsArray() ?? [])
            {
                if (Apply(step, change!.AsObject(), next, result) is { } refusal)
                    return Answer.Refused(refusal);
            }
        }
        records = next;
        return Answer.Ok(result);
    }

    private Refusal? Apply(string step, JsonObject change, List<JsonObject> next, JsonObject result)
    {
        var at = next.FindIndex(record => Text(record, "id") == Text(change, "id"));
        if (step != "posts" && at < 0)
            return new Refusal(404, 81044, "Record does not exist.");
        if (step == "deletes")
        {
            result[step]!.AsArray().Add(next[at].DeepClone());
            next.RemoveAt(at);
            return null;
        }
        if (Check(change, next, step == "puts" ? next[at] : null) is { } refusal)
            return refusal;
        var record = Made(change, step == "puts" ? next[at] : null);
        if (step == "puts")
            next[at] = record;
        else
            next.Add(record);
        result[step]!.AsArray().Add(record.DeepClone());
        return null;
    }

    private static Refusal? Check(JsonObject change, List<JsonObject> next, JsonObject? replaced)
    {
        if (Members.Any(member => change[member] is null))
            return new Refusal(400, 9005, "name, type, content and ttl are needed.");
        var (name, type, content, ttl) = (Text(change, "name"), Text(change, "type"), Text(change, "content"), (int)change["ttl"]!);
        if (ttl is not 1 and (< 60 or > 86_400))
            return new Refusal(400, 9021, "Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.");
        if (content.Length is 0 or > MaxContent)
            return new Refusal(400, 9007, "Content for the record is invalid.");
        var others = next.Where(record => record != replaced && Text(record, "name") == name).ToArray();
        if (others.Any(record => type == "CNAME" || Text(record, "type") == "CNAME"))
            return new Refusal(400, 81053, "A CNAME record cannot stand beside another record of that host.");
        return others.Any(record => Text(record, "type") == type && Text(record, "content") == Stored(type, content))
            ? new Refusal(400, 81058, "An identical record already exists.")
            : null;
    }

    private JsonObject Made(JsonObject change, JsonObject? replaced)
    {
        var now = clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["id"] = replaced is null ? (++lastId).ToString("x32", CultureInfo.InvariantCulture) : Text(replaced, "id"),
            ["name"] = Text(change, "name"),
            ["type"] = Text(change, "type"),
            ["content"] = Stored(Text(change, "type"), Text(change, "content")),
            ["ttl"] = (int)change["ttl"]!,
            ["proxiable"] = false,
            ["proxied"] = false,
            ["settings"] = new JsonObject(),
            ["meta"] = new JsonObject(),
            ["comment"] = "",
            ["tags"] = new JsonArray(),
            ["created_on"] = replaced is null ? now : Text(replaced, "created_on"),
            ["modified_on"] = now,
        };
    }

    /// <summary>TXT is returned quoted, for any form of input, and split again.</summary>
    private static string Stored(string type, string content) =>
        type == "TXT" ? string.Join(' ', Unquoted(content).Chunk(MaxString).Select(part => '"' + new string(part).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"')) : content;

    private static string Unquoted(string content)
    {
        if (!content.StartsWith('"'))
            return content;
        var text = new StringBuilder();
        var isInside = false;
        for (var i = 0; i < content.Length; i++)
        {
            if (content[i] == '"')
                isInside = !isInside;
            else if (isInside)
                text.Append(content[i] == '\\' ? content[++i] : content[i]);
        }
        return text.ToString();
    }

    private static string Text(JsonObject record, string member) => (string?)record[member] ?? "";
}
