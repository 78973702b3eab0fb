using static MtaSts.Protocol.Reports.DecodeResult;

namespace MtaSts.Protocol.Reports.Decoding;

/// <content>Archives: a damaged member does not affect the others.</content>
internal sealed partial class Delivery
{
    /// <summary>Consecutive members, up to a damaged one. They are one file, unless one of them begins a complete file of its own.</summary>
    private Reading ReadGzip(ArraySegment<byte> packed, At inside, ref int number)
    {
        var content = _inflater.Rent(GzipMember.LastSize(packed));
        try
        {
            return ReadGzip(packed, ref content, inside, ref number);
        }
        finally
        {
            content.Dispose();
        }
    }

    private Reading ReadGzip(ArraySegment<byte> packed, ref PooledBytes content, At inside, ref int number)
    {
        List<(int Begin, int Number)>? files = null;
        var first = number;
        int? length;
        try
        {
            length = _inflater.Gunzip(packed, ref content);
        }
        catch (InvalidDataException)
        {
            return SkipGzip(Refusals.GzipDamaged, number);
        }
        catch (PartLimitException exceeded)
        {
            return SkipGzip(exceeded.Refusal, number);
        }
        var used = length ?? packed.Count;
        while (Containers.SkipPadding(packed, used) is var next && GzipMember.Begins(packed[next..]) && _joined < limits.MaxArchiveMembers - 1)
        {
            var before = content.Length;
            try
            {
                length = _inflater.Gunzip(packed[next..], ref content);
            }
            catch (Exception exception) when (exception is InvalidDataException or LimitExceededException)
            {
                length = null;
            }
            if (length is not { } more)
            {
                content.Cut(before); // It is read separately.
                break;
            }
            CountJoined();
            number++;
            used = next + more;
            if (Containers.IsWhole(content.Segment[before..]))
                (files ??= [(0, first)]).Add((before, number));
        }
        var (isCut, reports) = (used == packed.Count && length is null, _reports.Count);
        if (files is null)
            ReadContent(content.Segment, first, inside, isCut);
        for (var i = 0; i < files?.Count; i++)
            ReadContent(content.Segment[files[i].Begin..(i + 1 < files.Count ? files[i + 1].Begin : content.Length)], files[i].Number, inside, isCut);
        // The next file may begin within the truncated data.
        return isCut && _reports.Count == reports ? new Reading(1, IsDamaged: true) : used;
    }

    private void ReadContent(ArraySegment<byte> content, int number, At inside, bool isCut)
    {
        var (reports, skipped) = (_reports.Count, _skipped.Count);
        if (number > 1)
            _trail.Enter("gzip member", number);
        ReadPayload(content, inside);
        // Truncated content is a fault of the archive.
        if (isCut && _skipped.Count > skipped && _skipped[^1].Refusal.Reason == RefusalReason.MalformedJson)
            _skipped[^1] = _skipped[^1] with { Refusal = Refusals.GzipDamaged };
        else if (isCut && _skipped.Count == skipped && _reports.Count == reports)
            Skip(Refusals.GzipDamaged);
        if (number > 1)
            _trail.Leave();
    }

    private Reading SkipGzip(Refused refusal, int number)
    {
        if (number > 1)
            _trail.Enter("gzip member", number);
        Skip(refusal);
        if (number > 1)
            _trail.Leave();
        return new Reading(1, IsDamaged: true);
    }

    private Reading ReadZip(ArraySegment<byte> archive, At at)
    {
        var (members, refusal, used, hasEnd) = ZipDirectory.Read(archive, limits);
        var isWhole = true;
        for (var i = 0; i < members.Count && (isWhole || hasEnd); i++)
        {
            _trail.Enter("file", i + 1, members[i].Name);
            isWhole = ReadMember(members[i], at.InArchive(members[i].Name, members.Count > 1));
            _trail.Leave();
            // Without the end record, the data of a member may belong to the next file.
            if (!isWhole && !hasEnd)
                used = members[i].Packed.Offset - archive.Offset;
        }
        if (refusal is not null && isWhole | hasEnd)
            Skip(refusal);
        if (!hasEnd)
            Reread(archive.Count);
        return new Reading(used, !hasEnd);
    }

    /// <summary>False when the member is damaged.</summary>
    private bool ReadMember(ZipMember member, At inside)
    {
        if (member.Refusal is { } refusal)
        {
            Skip(refusal);
            return true;
        }
        if (!member.Deflated)
        {
            // Members may overlap, so stored ones are counted as if unpacked.
            _inflater.Spend(member.Packed.Count);
            return ReadMember(member, member.Packed, inside);
        }
        try
        {
            using var content = _inflater.Inflate(member.Packed, member.Size);
            return ReadMember(member, content.Segment, inside);
        }
        catch (InvalidDataException)
        {
            Skip(Refusals.ZipDamaged);
            return false;
        }
        catch (PartLimitException exceeded)
        {
            Skip(exceeded.Refusal);
            return true;
        }
    }

    private bool ReadMember(ZipMember member, ArraySegment<byte> content, At inside)
    {
        if (content.Count != member.Size || Crc32.Of(content) != member.Crc)
        {
            Skip(Refusals.ZipDamaged);
            return false;
        }
        ReadPayload(content, inside);
        return true;
    }

    private Reading ReadTar(ArraySegment<byte> archive, At at)
    {
        for (int place = 0, number = 1; ;)
        {
            var file = TarArchive.Next(archive, ref place, out var isDamaged);
            if (isDamaged)
                Skip(Refusals.TarDamaged);
            if (file is not var (name, content))
                return new Reading(place, isDamaged);
            if (PackerByproducts.Is(name))
                continue;
            if (number > limits.MaxArchiveMembers)
            {
                Skip(Refusals.TooManyMembers(limits));
                return archive.Count;
            }
            ReadFile("file", number++, name, content, at);
        }
    }

    private Reading ReadTnef(ArraySegment<byte> file, At at)
    {
        for (int place = 0, number = 1; ;)
        {
            var attachment = TnefFile.Next(file, ref place, out var isDamaged);
            if (isDamaged)
                Skip(Refusals.TnefDamaged);
            if (attachment is not var (name, content))
                return new Reading(place, isDamaged);
            if (number > limits.MaxArchiveMembers)
            {
                Skip(Refusals.TooManyMembers(limits));
                return file.Count;
            }
            ReadFile("attachment", number++, name, content, at);
        }
    }

    private void ReadFile(string what, int number, ArraySegment<byte> name, ArraySegment<byte> content, At at)
    {
        // Archives within archives are read again, so their content is counted as if unpacked.
        _inflater.Spend(content.Count);
        _trail.Enter(what, number, name);
        ReadPayload(content, at.InArchive(name, isMember: true));
        _trail.Leave();
    }

    private Reading ReadCms(ArraySegment<byte> message, At at)
    {
        var length = CmsMessage.Length(message);
        if (length > 0)
            message = message[..length];
        _inflater.Spend(message.Count);
        if (CmsMessage.Content(message, out var isDamaged) is { } content)
            ReadPayload(content, at.InArchive() with { IsEntity = true });
        else if (at.Part is null || !at.Part.IsSignature)
            Skip(isDamaged ? Refusals.CmsDamaged : Refusals.CmsUnreadable);
        return length > 0 && !isDamaged ? length : new Reading(1, IsDamaged: true);
    }

    private Reading ReadBase64(ArraySegment<byte> text, At at)
    {
        var length = Base64Text.Length(text);
        using var content = TransferEncodings.Decode(text[..length], TransferEncoding.Base64, buffers);
        _inflater.Spend(content.Length);
        ReadPayload(content.Segment, at.InArchive());
        return length;
    }
}
