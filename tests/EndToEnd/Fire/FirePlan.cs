namespace MtaSts.EndToEnd.Fire;

/// <summary>One of the ways in.</summary>
internal enum FireWay
{
    Https,
    Upload,
    Smtp,
    Lmtp,
    Maildir,
    Imap,
}

/// <param name="Domain">Whose report address it goes to.</param>
internal sealed record FireDelivery(FireReport Report, FireWay Way, FireForm Form, string Domain);

/// <summary>Who sends what, and by which way: each report one to three times, in any order.</summary>
internal static class FirePlan
{
    private const int MostDeliveries = 3;

    public static FireDelivery[] Make(IEnumerable<FireReport> reports, Random random)
    {
        FireDelivery[] deliveries = [.. reports.SelectMany(report => Enumerable.Range(0, random.Next(1, MostDeliveries + 1)).Select(_ => Delivery(report, random)).ToArray())];
        random.Shuffle(deliveries);
        return deliveries;
    }

    private static FireDelivery Delivery(FireReport report, Random random)
    {
        var ways = Enum.GetValues<FireWay>();
        var way = ways[random.Next(ways.Length)];
        FireForm[] forms = way switch
        {
            FireWay.Https => [FireForm.Json, FireForm.Gzip],
            FireWay.Upload => Enum.GetValues<FireForm>(),
            _ => [FireForm.Mail, FireForm.PackedMail],
        };
        return new FireDelivery(report, way, forms[random.Next(forms.Length)], report.Domains[random.Next(report.Domains.Length)]);
    }
}
