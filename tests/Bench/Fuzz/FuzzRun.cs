using System.Diagnostics;
using System.Globalization;

namespace MtaSts.Bench.Fuzz;

/// <summary>Mutated inputs against every reader of what outsiders write: none may crash, hang, or break what must hold.</summary>
internal sealed class FuzzRun(ulong seed, long count)
{
    /// <summary>Inputs of a full run.</summary>
    public const long FullCount = 10_000_000;

    /// <summary>Inputs of a run of some seconds.</summary>
    public const long SmokeCount = 50_000;

    /// <summary>Longest for one input of at most <see cref="Mutator.MaxInput"/> bytes; tried again when it is passed, as the machine may have had other work.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(500);

    /// <summary>After this an input hangs: the watchdog writes it to a file and ends the run.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    /// <summary>Samples kept of one reader, found ones included. Bounds memory.</summary>
    private const int MaxSamples = 400;

    /// <summary>Failures written to files; beyond them the run ends.</summary>
    private const int MaxFailures = 20;

    private static readonly FuzzReader[] Readers =
    [
        new JsonReports(), new GzipReports(), new ZipReports(), new MailReports(), new SeveralReports(), new Mailboxes(), new Tokens(), new PolicyFiles(), new TxtRecords(), new Names(), new Caa(), new CsvRows(), new Dkim(), new Dots(), new Paths(), new Sessions(false), new Sessions(true),
    ];

    private volatile Running? running;
    private int failures;

    /// <summary>Runs by the command line: <c>fuzz [--count=n] [--seed=n] [--only=part of a name] [--input=file]</c>. 0 when nothing failed.</summary>
    public static int Run(IReadOnlyList<string> arguments)
    {
        var count = Value("count") is { } wanted ? long.Parse(wanted, CultureInfo.InvariantCulture) : FullCount;
        var seed = Value("seed") is { } given ? ulong.Parse(given, CultureInfo.InvariantCulture) : (ulong)Stopwatch.GetTimestamp();
        var readers = Readers.Where(reader => reader.Name.Contains(Value("only") ?? "", StringComparison.OrdinalIgnoreCase)).ToArray();
        var run = new FuzzRun(seed, count);
        return Value("input") is { } file ? run.Again(readers, file) : run.RunAll(readers);

        string? Value(string name) => arguments.FirstOrDefault(argument => argument.StartsWith($"--{name}=", StringComparison.Ordinal))?[(name.Length + 3)..];
    }

    /// <summary>A short run: 0 when nothing failed.</summary>
    public static int Smoke() => new FuzzRun((ulong)Stopwatch.GetTimestamp(), SmokeCount).RunAll(Readers);

    private int RunAll(FuzzReader[] readers)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"fuzz: seed {seed}, {count:N0} inputs; the same seed gives the same inputs"));
        using var ended = new ManualResetEventSlim();
        var watchdog = new Thread(() => Watch(ended)) { IsBackground = true };
        watchdog.Start();
        var shares = readers.Sum(reader => reader.Share);
        var total = 0L;
        var watch = Stopwatch.StartNew();
        foreach (var reader in readers)
        {
            var part = (count * reader.Share + shares - 1) / shares;
            var began = watch.Elapsed;
            var (done, samples) = RunReader(reader, part);
            total += done;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"fuzz: {reader.Name}: {done:N0} inputs in {(watch.Elapsed - began).TotalSeconds:0.0} s, {samples} kinds of outcome found"));
            if (failures >= MaxFailures)
                break;
        }
        ended.Set();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"fuzz: {total:N0} inputs in {watch.Elapsed.TotalSeconds:0} s, {failures} failures"));
        return failures == 0 ? 0 : 1;
    }

    private (long Done, int Found) RunReader(FuzzReader reader, long part)
    {
        var id = Array.IndexOf(Readers, reader);
        var samples = reader.Seeds().ToList();
        var kinds = new HashSet<int>();
        for (var number = 0L; number < part; number++)
        {
            var dice = Dice.For(seed, id, number);
            var input = number < samples.Count && kinds.Count == 0 ? samples[(int)number] : reader.Mutate(dice.Of(samples), samples, dice);
            if (Try(reader, input, dice, number) is not { } kind)
            {
                if (failures >= MaxFailures)
                    return (number + 1, kinds.Count);
                continue;
            }
            if (kinds.Add(kind) && samples.Count < MaxSamples)
                samples.Add(input);
        }
        return (part, kinds.Count);
    }

    /// <summary>The kind of outcome; null when it failed.</summary>
    private int? Try(FuzzReader reader, byte[] input, Dice dice, long number)
    {
        var began = Stopwatch.GetTimestamp();
        running = new Running(reader, input, number, began);
        try
        {
            var kind = reader.Read(input, dice);
            if (Stopwatch.GetElapsedTime(began) > Slow && IsSlow(reader, input))
                throw new FuzzException($"it takes longer than {Slow.TotalMilliseconds} ms");
            return kind;
        }
        catch (Exception exception)
        {
            failures++;
            Console.WriteLine($"fuzz: {reader.Name} FAILED: {exception}");
            Keep(reader, input, number);
            return null;
        }
        finally
        {
            running = null;
        }
    }

    private static bool IsSlow(FuzzReader reader, byte[] input)
    {
        const int Tries = 5;
        return Enumerable.Range(0, Tries).All(_ =>
        {
            var began = Stopwatch.GetTimestamp();
            reader.Read(input, new Dice(0));
            return Stopwatch.GetElapsedTime(began) > Slow;
        });
    }

    private void Watch(ManualResetEventSlim ended)
    {
        while (!ended.Wait(TimeSpan.FromSeconds(1)))
        {
            if (running is not { } now || Stopwatch.GetElapsedTime(now.Began) < Hang)
                continue;
            Console.WriteLine($"fuzz: {now.Reader.Name} HANGS: more than {Hang.TotalSeconds} s for one input");
            Keep(now.Reader, now.Input, now.Number);
            Console.Out.Flush();
            Environment.Exit(1);
        }
    }

    private void Keep(FuzzReader reader, byte[] input, long number)
    {
        var file = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"fuzz-{reader.Name.Replace(' ', '-')}-{seed}-{number}"));
        File.WriteAllBytes(file, input);
        Console.WriteLine($"fuzz: seed {seed}, input {number}, {input.Length} bytes, kept in {file}; again: fuzz --only=\"{reader.Name}\" --input={file}");
    }

    private int Again(FuzzReader[] readers, string file)
    {
        foreach (var reader in readers)
            Console.WriteLine($"fuzz: {reader.Name}: {Try(reader, File.ReadAllBytes(file), new Dice(seed), 0)}");
        return failures == 0 ? 0 : 1;
    }

    private sealed record Running(FuzzReader Reader, byte[] Input, long Number, long Began);
}
