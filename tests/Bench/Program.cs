using MtaSts.Bench.Decode;
using MtaSts.Bench.Fuzz;
using MtaSts.Bench.Gateway;
using MtaSts.Bench.Ingest;
using MtaSts.Bench.Measuring;
using MtaSts.Bench.Smtp;
using MtaSts.Bench.Spool;
using MtaSts.Peers;

if (args is ["decode-worker", var decoder, var folder, .. var each])
    return DecodeWorker.Run(decoder, folder, each.Length > 0);

if (args is [BareKestrel.Command, .. var serving])
    return await BareKestrel.ServeAsync(serving);

if (args is ["fuzz", .. var fuzzing])
    return FuzzRun.Run(fuzzing);

var sections = new Dictionary<string, Func<Settings, IAsyncEnumerable<Comparison>>>
{
    ["gateway"] = GatewayBench.RunAsync,
    ["decode"] = DecodeBench.RunAsync,
    ["ingest"] = IngestBench.RunAsync,
    ["smtp"] = SmtpBench.RunAsync,
    ["spool"] = SpoolBench.RunAsync,
};
var wanted = args.Where(argument => !argument.StartsWith('-')).ToArray() is { Length: > 0 } named ? named : ["all"];
if (wanted.FirstOrDefault(name => name != "all" && !sections.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"There is no {unknown}. Use: all {string.Join(' ', sections.Keys)} [--smoke] [--markdown], or fuzz");
    return 2;
}

var settings = new Settings(args.Contains("--smoke"));
var results = new List<Comparison>();
var failed = false;
foreach (var (name, run) in sections.Where(section => wanted.Contains("all") || wanted.Contains(section.Key)))
{
    try
    {
        await foreach (var measured in run(settings))
        {
            var result = settings.Smoke ? measured with { Goal = null } : measured;
            results.Add(result);
            Console.WriteLine($"{name}: {Table.Text(result)}");
        }
    }
    catch (PeerMissingException missing)
    {
        Console.WriteLine($"{name}: skipped: {missing.Message}");
        failed |= Peer.MustBeThere;
    }
}
// A short one with every run of all: by itself it is a bench of its own.
if (settings.Smoke && wanted.Contains("all"))
    failed |= FuzzRun.Smoke() != 0;
if (settings.Smoke)
    Console.WriteLine("A smoke run: everything runs; its numbers mean nothing.");
if (args.Contains("--markdown"))
    Console.WriteLine("\n" + Table.Markdown(results, TimeProvider.System.GetUtcNow()));
// A promise that is not kept is a failure; the numbers of a smoke run mean nothing.
return failed || results.Any(result => result.Ratio < result.Goal) ? 1 : 0;
