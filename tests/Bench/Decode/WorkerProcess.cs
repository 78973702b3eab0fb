using System.Diagnostics;
using System.Globalization;
using MtaSts.Peers;

namespace MtaSts.Bench.Decode;

/// <summary>A decoder's process on one core. It ends when its input does.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private const int Core = 0;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly Process process;

    private WorkerProcess(Process process) => this.process = process;

    /// <summary>What one pass over the files reads.</summary>
    public string Sums { get; private set; } = "";

    private static string[] OurCommand { get; } = ["dotnet", typeof(WorkerProcess).Assembly.Location, "decode-worker", "ours"];

    private static string[] PlainCommand { get; } = ["dotnet", typeof(WorkerProcess).Assembly.Location, "decode-worker", "plain"];

    private static string[] PythonCommand { get; } = ["python3", Path.Combine(AppContext.BaseDirectory, "Python", "decode.py")];

    public static Task<WorkerProcess> Ours(string folder) => StartAsync([.. OurCommand, folder]);

    public static Task<WorkerProcess> Plain(string folder) => StartAsync([.. PlainCommand, folder]);

    public static Task<WorkerProcess> Python(string folder) => StartAsync([.. PythonCommand, folder]);

    /// <summary>For each file of the folder whether all three read a report in it, and the same numbers.</summary>
    public static async Task<bool[]> AgreeAsync(string folder)
    {
        var ours = await EachAsync([.. OurCommand, folder, "--each"]);
        var plain = await EachAsync([.. PlainCommand, folder, "--each"]);
        var python = await EachAsync([.. PythonCommand, folder, "--each"]);
        return [.. ours.Select((sums, i) => sums == plain[i] && sums == python[i] && !sums.StartsWith("0 ", StringComparison.Ordinal))];
    }

    /// <summary>Reports decoded per second of processor time.</summary>
    public async Task<double> MeasureAsync(TimeSpan duration)
    {
        await process.StandardInput.WriteLineAsync(duration.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        await process.StandardInput.FlushAsync();
        var answer = (await ReadAsync()).Split(' ');
        return double.Parse(answer[0], CultureInfo.InvariantCulture) / double.Parse(answer[1], CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(Limit))
            process.Kill();
        process.Dispose();
    }

    private static async Task<WorkerProcess> StartAsync(string[] command)
    {
        var worker = new WorkerProcess(Start(command));
        var ready = await worker.ReadAsync();
        worker.Sums = ready.StartsWith("ready ", StringComparison.Ordinal) ? ready["ready ".Length..] : throw new InvalidOperationException($"{command[0]}: {ready}");
        return worker;
    }

    private static async Task<string[]> EachAsync(string[] command)
    {
        using var worker = new WorkerProcess(Start(command));
        return (await worker.process.StandardOutput.ReadToEndAsync().WaitAsync(Limit)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static Process Start(string[] command)
    {
        var (file, arguments) = Pinned.On(Core, command[0], command[1..]);
        return Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    private async Task<string> ReadAsync() =>
        await process.StandardOutput.ReadLineAsync().WaitAsync(Limit) ?? throw new InvalidOperationException("A decoder ended early.");
}
