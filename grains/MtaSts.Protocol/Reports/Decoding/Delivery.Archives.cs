namespace MtaSts.Protocol.Reports.Decoding;

/// <content>Archives: a damaged member costs only itself.</content>
internal sealed partial class Delivery
{
    private void ReadGzip(ArraySegment<byte> packed, At inside)
    {
        packed = _inflater.FirstMembers(packed, out var hasMore);
        if (!TryGunzip(packed, inside))
            ReadGzipMembers(packed, inside);
        if (hasMore)
            Skip(Refusals.TooManyMembers(limits));
    }

    /// <summary>False: the data is damaged, and nothing of it was read.</summary>
    private bool TryGunzip(ArraySegment<byte> packed, At inside)
    {
        PooledBytes content;
        try
        {
            content = _inflater.Gunzip(packed);
        }
        catch (InvalidDataException)
        {
            return false;
        }
        catch (PartLimitException exceeded)
        {
            Skip(exceeded.Refusal);
            return true;
        }
        using (content)
        {
            var skipped = _skipped.Count;
            ReadPayload(content.Segment, inside);
            // The framework takes data that ends early for whole; then the JSON breaks off, and the archive is to blame.
            if (_skipped.Count > skipped && _skipped[^1].Refusal.Reason == RefusalReason.MalformedJson && Inflater.GzipSize(packed) != content.Length && Inflater.NextMember(packed, 1) == packed.Count)
                _skipped[^1] = _skipped[^1] with { Refusal = Refusals.GzipDamaged };
        }
        return true;
    }

    // Several files, packed and joined, of which one is damaged.
    private void ReadGzipMembers(ArraySegment<byte> packed, At inside)
    {
        var end = Inflater.NextMember(packed, 1);
        if (end == packed.Count)
        {
            Skip(Refusals.GzipDamaged);
            return;
        }
        for (int begin = 0, number = 1; begin < packed.Count; number++)
        {
            _trail.Enter("gzip member", number);
            if (!TryGunzip(packed[begin..end], inside))
                Skip(Refusals.GzipDamaged);
            _trail.Leave();
            (begin, end) = (end, Inflater.NextMember(packed, end + 1));
        }
    }

    private void ReadZip(ArraySegment<byte> archive, At at)
    {
        var (members, refusal) = ZipDirectory.Read(archive, limits);
        for (var i = 0; i < members.Count; i++)
        {
            _trail.Enter("file", i + 1, members[i].Name);
            ReadMember(members[i], at.InArchive(members[i].Name, members.Count > 1));
            _trail.Leave();
        }
        if (refusal is not null)
            Skip(refusal);
    }

    private void ReadMember(ZipMember member, At inside)
    {
        if (member.Refusal is { } refusal)
        {
            Skip(refusal);
            return;
        }
        if (!member.Deflated)
        {
            // Members may overlap, so stored ones are counted as if unpacked.
            _inflater.Spend(member.Packed.Count);
            ReadMember(member, member.Packed, inside);
            return;
        }
        try
        {
            using var content = _inflater.Inflate(member.Packed, member.Size);
            ReadMember(member, content.Segment, inside);
        }
        catch (InvalidDataException)
        {
            Skip(Refusals.ZipDamaged);
        }
        catch (PartLimitException exceeded)
        {
            Skip(exceeded.Refusal);
        }
    }

    private void ReadMember(ZipMember member, ArraySegment<byte> content, At inside)
    {
        if (content.Count != member.Size || Crc32.Of(content) != member.Crc)
            Skip(Refusals.ZipDamaged);
        else
            ReadPayload(content, inside);
    }

    private void ReadTar(ArraySegment<byte> archive, At at)
    {
        for (int place = 0, number = 1; ;)
        {
            var file = TarArchive.Next(archive, ref place, out var isDamaged);
            if (isDamaged)
                Skip(Refusals.TarDamaged);
            if (file is not var (name, content))
                break;
            if (PackerByproducts.Is(name))
                continue;
            if (number > limits.MaxArchiveMembers)
            {
                Skip(Refusals.TooManyMembers(limits));
                break;
            }
            ReadFile("file", number++, name, content, at);
        }
    }

    private void ReadTnef(ArraySegment<byte> file, At at)
    {
        for (int place = 0, number = 1; ;)
        {
            var attachment = TnefFile.Next(file, ref place, out var isDamaged);
            if (isDamaged)
                Skip(Refusals.TnefDamaged);
            if (attachment is not var (name, content))
                break;
            if (number > limits.MaxArchiveMembers)
            {
                Skip(Refusals.TooManyMembers(limits));
                break;
            }
            ReadFile("attachment", number++, name, content, at);
        }
    }

    private void ReadFile(string what, int number, ArraySegment<byte> name, ArraySegment<byte> content, At at)
    {
        // Archives within archives are walked through again, so what is in them counts as if unpacked.
        _inflater.Spend(content.Count);
        _trail.Enter(what, number, name);
        ReadPayload(content, at.InArchive(name, isMember: true));
        _trail.Leave();
    }

    private void ReadCms(ArraySegment<byte> message, At at)
    {
        _inflater.Spend(message.Count);
        if (CmsMessage.Content(message, out var isDamaged) is { } content)
            ReadPayload(content, at.InArchive() with { IsEntity = true });
        else if (at.Part is null || !at.Part.IsSignature)
            Skip(isDamaged ? Refusals.CmsDamaged : Refusals.CmsUnreadable);
    }
}
