using System.Globalization;

namespace MtaSts.EndToEnd.Fire;

/// <summary>Makes reports of all kinds that a scorecard tells apart.</summary>
internal static class FireReports
{
    /// <summary>The domains, all of one workspace.</summary>
    public static readonly string[] Domains = ["harbour.example", "orchard.example", "meadow.example"];

    private const int Days = 12;
    private const int MostSessions = 400;
    private const int MostFailures = 4;

    private static readonly (string Name, string Contact)[] Organizations =
    [
        ("Bigmail Inc.", "reports@bigmail.example"), ("Post & Söhne", "tls@post.example"), ("Parcel", "noreply-tlsrpt@parcel.example"),
        ("Mailhouse", "tlsrpt@mailhouse.example"), ("Quill", "quill@reports.quill.example"),
    ];

    private static readonly string[] StsFailures = ["certificate-expired", "certificate-host-mismatch", "starttls-not-supported", "sts-policy-fetch-error", "validation-failure", "x-new-kind"];
    private static readonly string[] TlsaFailures = ["tlsa-invalid", "dnssec-invalid", "certificate-not-trusted", "validation-failure"];

    /// <summary>So many different reports. A report-id is used by several organisations, as real ones are.</summary>
    public static FireReport[] Make(int count, Random random, DateOnly today) => [.. Enumerable.Range(0, count).Select(number =>
    {
        var (name, contact) = Organizations[number % Organizations.Length];
        var id = (number / Organizations.Length).ToString(CultureInfo.InvariantCulture);
        return new FireReport(id, name, contact, today.AddDays(-1 - random.Next(Days)), Parts(random));
    })];

    private static FirePart[] Parts(Random random)
    {
        var domain = Domains[random.Next(Domains.Length)];
        return random.Next(10) switch
        {
            0 => [Part(random, domain, "sts"), .. Twice(random, Domains[(Array.IndexOf(Domains, domain) + 1) % Domains.Length])],
            1 => [Part(random, domain, "no-policy-found"), Part(random, Domains[(Array.IndexOf(Domains, domain) + 1) % Domains.Length], "sts")],
            2 or 3 => Twice(random, domain),
            4 => [Part(random, domain, "no-policy-found")],
            _ => [Part(random, domain, "sts")],
        };
    }

    /// <summary>The same sessions under both policy types, as Microsoft tells them; one of the totals is the larger.</summary>
    private static FirePart[] Twice(Random random, string domain)
    {
        var sessions = Sessions(random);
        return [Part(random, domain, "sts", sessions), Part(random, domain, "tlsa", sessions + (random.Next(2) == 0 ? -1 : 1) * random.Next(1, 10))];
    }

    private static FirePart Part(Random random, string domain, string type) => Part(random, domain, type, Sessions(random));

    private static FirePart Part(Random random, string domain, string type, long sessions)
    {
        var types = type == "tlsa" ? TlsaFailures : StsFailures;
        var kinds = random.Next(2) == 0 ? 0 : random.Next(1, MostFailures);
        FireFailure[] failures = [.. Enumerable.Range(0, kinds).Select(_ => new FireFailure(
            types[random.Next(types.Length)],
            random.Next(4) switch { 0 => null, 1 => $"mx2.{domain}", _ => $"mx1.{domain}" },
            random.Next(1, MostFailures)))];
        return new FirePart(domain, type, sessions - failures.Sum(failure => failure.Sessions), failures);
    }

    private static long Sessions(Random random) => random.Next(MostFailures * MostFailures * 2, MostSessions);
}
