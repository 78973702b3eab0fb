using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtaSts.Modules.Dns;

namespace MtaSts.Modules.Cloudflare.Simulator;

/// <summary>The zone's hostnames and the calls on them. One call at a time.</summary>
internal sealed class SimulatedZone(SimulatorOptions options, IDnsLookup dns, TimeProvider clock)
{
    public static readonly Refusal Duplicate = new(409, 1406, "Duplicate custom hostname found.");

    private const int MostPerPage = 50;
    private const int LeastPerPage = 5;
    private const int DefaultPerPage = 20;

    private readonly Lifecycle lifecycle = new(options, dns);
    private readonly RateLimit certificates = new(options.CertificatesPerMinute, TimeSpan.FromMinutes(1), Timings.CertificateBlock);
    private int lastId;

    /// <summary>In the order of their creation.</summary>
    public List<SimulatedHostname> Hostnames { get; } = [];

    public HashSet<string> TakenElsewhere { get; } = new(StringComparer.OrdinalIgnoreCase);

    public bool IssuesCertificates { get; set; } = true;

    public SimulatedHostname? Find(string hostname) => Hostnames.Find(item => item.Hostname == hostname);

    /// <summary>Advances the time of all hostnames.</summary>
    public async Task AdvanceAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        foreach (var hostname in Hostnames.ToArray())
        {
            if (!await lifecycle.AdvanceAsync(hostname, now, IssuesCertificates, cancellationToken))
                Hostnames.Remove(hostname);
        }
    }

    public Answer Create(string body)
    {
        if (Parse(body) is not { } request)
            return Answer.Refused(400, 1400, "Unable to decode the JSON request body.");
        var name = request["hostname"] is JsonValue value && value.TryGetValue(out string? text) ? text : "";
        var (order, refusal) = SslOrder.Read(request["ssl"]);
        refusal ??= NameRules.Check(name, order?.Branding ?? false, options);
        if (refusal is not null)
            return Answer.Refused(refusal);
        if (Find(name) is not null || TakenElsewhere.Contains(name))
            return Answer.Refused(Duplicate);
        if (Hostnames.Count >= options.HardCap)
            return Answer.Refused(403, 1405, "Quota exceeded. If you've already purchased SSL for SaaS, please contact your Customer Success or Sales Rep to increase the quota.");
        var now = clock.GetUtcNow();
        if (order is not null && certificates.CheckBlock(now) is { } wait)
            return Answer.Refused(429, 10429, "Certificates were created too quickly.", wait);
        certificates.Record(now);
        return Answer.Ok(Document(Add(name, order)), status: 201);
    }

    public SimulatedHostname Add(string name, SslOrder? order)
    {
        var now = clock.GetUtcNow();
        var hostname = new SimulatedHostname { Id = NextId(), Hostname = name, CreatedAt = now, NextCheckAt = now + (options.DelayFactor * Timings.FirstCheck) };
        Order(hostname, order);
        Hostnames.Add(hostname);
        return hostname;
    }

    public Answer List(IReadOnlyDictionary<string, string> query)
    {
        if (query.ContainsKey("id") && query.Keys.Any(key => key.StartsWith("hostname", StringComparison.Ordinal)))
            return Answer.Refused(400, 1438, "No other filter can be used together with id.");
        var page = Number(query, "page", 1);
        var perPage = Number(query, "per_page", DefaultPerPage);
        if (page < 1 || perPage is < LeastPerPage or > MostPerPage)
            return Answer.Refused(400, 1400, $"page begins at 1 and per_page is between {LeastPerPage} and {MostPerPage}.");
        SimulatedHostname[] found = [.. Hostnames.Where(hostname => Matches(hostname, query))];
        SimulatedHostname[] shown = [.. found.Skip((page - 1) * perPage).Take(perPage)];
        return Answer.Ok(new JsonArray([.. shown.Select(Document)]), info: new JsonObject
        {
            ["page"] = page,
            ["per_page"] = perPage,
            ["count"] = shown.Length,
            ["total_count"] = found.Length,
            ["total_pages"] = (found.Length + perPage - 1) / perPage,
        });
    }

    public Answer Get(string id) => Hostnames.Find(item => item.Id == id) is { } found ? Answer.Ok(Document(found)) : NotFound();

    public Answer Edit(string id, string body)
    {
        if (Hostnames.Find(item => item.Id == id) is not { } hostname)
            return NotFound();
        if (Parse(body) is not { } request)
            return Answer.Refused(400, 1400, "Unable to decode the JSON request body.");
        var (order, refusal) = SslOrder.Read(request["ssl"]);
        if (refusal is not null)
            return Answer.Refused(refusal);
        var stopped = hostname.Certificate?.Status.EndsWith("timed_out", StringComparison.Ordinal) == true;
        if (hostname.Status == "pending_deletion" || (stopped && options.RefusesToRevive))
            return Answer.Refused(409, 1439, "The modification is not supported.");
        Order(hostname, order);
        if (hostname.Hold is null)
            Recheck(hostname);
        return Answer.Ok(Document(hostname), status: 202);
    }

    public Answer Delete(string id)
    {
        if (Hostnames.Find(item => item.Id == id) is not { } hostname)
            return NotFound();
        if (options.DeletionTakes == TimeSpan.Zero)
            Hostnames.Remove(hostname);
        else
            (hostname.Status, hostname.NextCheckAt, hostname.GoneAt, hostname.Certificate) = ("pending_deletion", null, clock.GetUtcNow() + options.DeletionTakes, null);
        var deleted = new JsonObject { ["id"] = id };
        return options.EnvelopedDelete ? Answer.Ok(deleted) : new Answer(200, deleted);
    }

    public Answer FallbackOrigin() => options.FallbackOrigin is { } origin
        ? Answer.Ok(new JsonObject { ["origin"] = origin, ["status"] = "active", ["errors"] = new JsonArray() })
        : Answer.Refused(404, 1551, "Resource not found.");

    public Answer Quota() => Answer.Ok(new JsonObject
    {
        ["allocated"] = options.Allocated,
        ["used"] = Hostnames.Count,
        ["exceeded"] = Hostnames.Count >= options.Allocated,
        ["hard_cap"] = options.HardCap,
    });

    private JsonObject Document(SimulatedHostname hostname) => HostnameDocument.Of(hostname, options.ListsCertificates);

    /// <summary>Restarts validation: back-off, hostname and certificate.</summary>
    private void Recheck(SimulatedHostname hostname)
    {
        if (hostname.Status is "moved" or "deleted" or "blocked")
            hostname.Status = "pending";
        (hostname.Checks, hostname.GoneAt, hostname.NextCheckAt) = (0, null, clock.GetUtcNow() + (options.DelayFactor * Timings.FirstCheck));
        hostname.VerificationErrors.Clear();
    }

    private void Order(SimulatedHostname hostname, SslOrder? order)
    {
        if (order is null)
            return;
        var now = clock.GetUtcNow();
        if (hostname.Certificate is not { } certificate)
        {
            hostname.Certificate = new SimulatedCertificate { Id = NextId(), Method = order.Method, Type = order.Type, MinTlsVersion = order.MinTlsVersion, Branding = order.Branding, NextStepAt = now + (options.DelayFactor * Timings.Initializing) };
            return;
        }
        (certificate.Method, certificate.Type, certificate.MinTlsVersion, certificate.Branding) = (order.Method, order.Type, order.MinTlsVersion ?? certificate.MinTlsVersion, order.Branding);
        if (certificate.Status is "pending_validation")
            (certificate.Validations, certificate.NextStepAt) = (0, now + (options.DelayFactor * Timings.FirstCheck));
        else if (certificate.Status is "expired" or "deleted" or "inactive" || certificate.Status.EndsWith("timed_out", StringComparison.Ordinal))
            (certificate.Status, certificate.Validations, certificate.NextStepAt) = ("initializing", 0, now + (options.DelayFactor * Timings.Initializing));
        if (certificate.ExpiresAt <= now)
            (certificate.IssuedAt, certificate.ExpiresAt) = (null, null); // The old one has expired; the new order has no expiry yet.
        certificate.ValidationErrors.Clear();
    }

    private bool Matches(SimulatedHostname hostname, IReadOnlyDictionary<string, string> query) => query.All(filter => filter.Key switch
    {
        "hostname" => options.FilterMatchesParts ? hostname.Hostname.Contains(filter.Value, StringComparison.OrdinalIgnoreCase) : hostname.Hostname == filter.Value,
        "hostname.exact" => !options.KnowsExactFilter || hostname.Hostname == filter.Value,
        "hostname.contain" => hostname.Hostname.Contains(filter.Value, StringComparison.OrdinalIgnoreCase),
        "id" => hostname.Id == filter.Value,
        "hostname_status" => hostname.Status == filter.Value,
        "ssl_status" => hostname.Certificate?.Status == filter.Value,
        _ => true,
    });

    private string NextId()
    {
        lastId++;
        return string.Create(CultureInfo.InvariantCulture, $"{lastId:x8}-5a17-4000-8000-{lastId:x12}");
    }

    private static Answer NotFound() => Answer.Refused(404, 1436, "The custom hostname was not found.");

    private static int Number(IReadOnlyDictionary<string, string> query, string name, int otherwise) =>
        !query.TryGetValue(name, out var text) ? otherwise : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static JsonObject? Parse(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
