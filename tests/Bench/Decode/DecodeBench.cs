using MtaSts.Bench.Measuring;
using MtaSts.Peers;

namespace MtaSts.Bench.Decode;

/// <summary>Reports decoded per processor second by one thread, beside Python's standard library and a plain decoder in C#.</summary>
internal static class DecodeBench
{
    private const int SmallMails = 200;
    private const double SmallGoal = 3;
    private const double BigGoal = 1.5;

    public static async IAsyncEnumerable<Comparison> RunAsync(Settings settings)
    {
        PeerMissingException.ThrowIf(Peer.FindProgram("python3") is null ? "Python is not installed (Debian package python3)." : null);
        foreach (var result in await CompareAsync("mails of small reports/s", [.. Enumerable.Range(0, SmallMails).Select(number => Samples.Mail(Samples.Small(number)))], settings, SmallGoal, null))
            yield return result;
        foreach (var result in await CompareAsync("1.1 MB JSON reports/s", [Samples.Big()], settings, BigGoal, BigGoal))
            yield return result;
        if (await AllReadAsync([.. Samples.Real()]) is { Count: > 0 } real)
        {
            foreach (var result in await CompareAsync("mails of real reports/s", real, settings, SmallGoal, null))
                yield return result;
        }
    }

    private static async Task<Comparison[]> CompareAsync(string what, IReadOnlyList<byte[]> files, Settings settings, double? python, double? plain)
    {
        using var folder = Folder(files);
        using var ours = await WorkerProcess.Ours(folder.Path);
        using var theirs = await WorkerProcess.Python(folder.Path);
        using var other = await WorkerProcess.Plain(folder.Path);
        foreach (var side in new[] { theirs, other })
        {
            if (side.Sums != ours.Sums)
                throw new InvalidOperationException($"{what}: the decoders do not agree: {ours.Sums}, {side.Sums}");
        }
        var rounds = await Rounds.Alternate(settings, () => ours.MeasureAsync(settings.Round), () => theirs.MeasureAsync(settings.Round), () => other.MeasureAsync(settings.Round));
        var note = $"{files.Count} files, {files.Sum(file => (long)file.Length) / 1024} KiB";
        return
        [
            new Comparison(what, "Python 3", rounds[0], rounds[1]) { Goal = python, Note = note },
            new Comparison(what, "MimeKit + System.Text.Json", rounds[0], rounds[2]) { Goal = plain, Note = note },
        ];
    }

    /// <summary>Those of the mails in which every side reads the same: the plain decoders know nothing of the quirks.</summary>
    private static async Task<IReadOnlyList<byte[]>> AllReadAsync(byte[][] mails)
    {
        if (mails.Length == 0)
            return [];
        using var folder = Folder(mails);
        var agree = await WorkerProcess.AgreeAsync(folder.Path);
        return [.. mails.Where((_, i) => agree[i])];
    }

    private static TempFolder Folder(IReadOnlyList<byte[]> files)
    {
        var folder = new TempFolder();
        for (var i = 0; i < files.Count; i++)
            File.WriteAllBytes(folder[$"{i:000000}"], files[i]);
        return folder;
    }
}
