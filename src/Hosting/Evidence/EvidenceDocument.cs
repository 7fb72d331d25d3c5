using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Consensus.Cryptography;

namespace Consensus.Hosting;

/// <summary>Evidence as a text that a person keeps, reads and mails, and that <c>consensus evidence verify</c> checks.</summary>
/// <remarks>
/// <para>A JSON object of at most <see cref="LengthMax"/> bytes:</para>
/// <code>
/// {
///   "format": "consensus-evidence-1",
///   "seen_at": "2026-03-01T12:00:00+00:00",    informational: nobody has signed it
///   "cluster": "6f1c3f8a-0a35-4f0e-9a4e-3f1f0c6f7c11",
///   "epoch": 1,
///   "epoch_id": "…",                           64 hexadecimal digits
///   "signer": 3,                               who is accused
///   "kind": "PbftPrepare",                     what both statements are about
///   "statements": [                            two of them; hash 64 and signature 128 hexadecimal digits
///     { "view": 7, "sequence": 9, "hash": "…", "signature": "…" },
///     { "view": 7, "sequence": 9, "hash": "…", "signature": "…" }
///   ]
/// }
/// </code>
/// <para>Read strictly: each key once, none missing, none beside them. Immutable and safe to share between threads.</para>
/// </remarks>
public sealed class EvidenceDocument
{
    /// <summary>What the text says about its own form.</summary>
    public const string Format = "consensus-evidence-1";

    /// <summary>How many bytes a text has at most.</summary>
    public const int LengthMax = 16 * 1024;

    /// <summary>Makes a document.</summary>
    /// <param name="evidence">The evidence.</param>
    /// <param name="seenAt">When it was found, by the clock of whoever found it.</param>
    public EvidenceDocument(EquivocationEvidence evidence, DateTimeOffset seenAt)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        Evidence = evidence;
        SeenAt = seenAt.ToUniversalTime();
    }

    /// <summary>The evidence.</summary>
    public EquivocationEvidence Evidence { get; }

    /// <summary>When it was found. Informational: nobody has signed it.</summary>
    public DateTimeOffset SeenAt { get; }

    /// <summary>Gives the text, in UTF-8.</summary>
    public byte[] ToUtf8()
    {
        var file = new EvidenceFile(
            Format,
            SeenAt,
            $"{Evidence.Domain.Cluster}",
            Evidence.Domain.Epoch.Value,
            $"{Evidence.Domain.EpochId}",
            Evidence.Signer.Value,
            $"{Evidence.Kind}",
            [StatementOf(Evidence.First), StatementOf(Evidence.Second)]);
        return [.. JsonSerializer.SerializeToUtf8Bytes(file, EvidenceJson.Default.EvidenceFile), (byte)'\n'];
    }

    /// <summary>Reads a text. The signatures are not checked.</summary>
    /// <param name="text">The text in UTF-8, all of it.</param>
    /// <param name="document">The document, if the text is one.</param>
    /// <param name="defect">What is wrong, if it is not. Nothing is thrown for any text.</param>
    /// <returns>Whether the text is evidence.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, [NotNullWhen(true)] out EvidenceDocument? document, [NotNullWhen(false)] out EvidenceDefect? defect)
    {
        document = null;
        if (!TryReadFile(text, out var file, out defect) || !TryReadEvidence(file, out var evidence, out defect))
        {
            return false;
        }

        document = new EvidenceDocument(evidence, file.SeenAt);
        return true;
    }

    private static bool TryReadFile(ReadOnlySpan<byte> text, [NotNullWhen(true)] out EvidenceFile? file, [NotNullWhen(false)] out EvidenceDefect? defect)
    {
        (file, defect) = (null, null);
        if (text.Length > LengthMax)
        {
            defect = Malformed($"The text has more than {LengthMax} bytes, and so is no evidence.");
            return false;
        }

        try
        {
            file = JsonSerializer.Deserialize(text, EvidenceJson.Default.EvidenceFile);
        }
        catch (JsonException exception)
        {
            defect = Malformed($"The text is no evidence ({exception.Message.TrimEnd('.')}); allowed: one JSON object with format, seen_at, cluster, epoch, epoch_id, signer, kind and statements.");
            return false;
        }

        defect = file switch
        {
            null => Malformed("The text is null; allowed: one JSON object."),
            { Format: not Format } => Malformed($"format is not \"{Format}\", the only one that is known here."),
            { Statements.Count: not 2 } => Malformed($"statements has {file.Statements.Count} items; evidence consists of two."),
            _ => null,
        };
        return defect is null;
    }

    private static bool TryReadEvidence(EvidenceFile file, [NotNullWhen(true)] out EquivocationEvidence? evidence, [NotNullWhen(false)] out EvidenceDefect? defect)
    {
        evidence = null;
        if (!ClusterId.TryParse(file.Cluster, out var cluster))
        {
            defect = Malformed("cluster is no identity of a cluster; allowed: 32 hexadecimal digits, with or without hyphens.");
            return false;
        }

        // Not Enum.TryParse, which takes numbers and lists as well.
        var kind = Array.Find(Enum.GetValues<StatementKind>(), kind => file.Kind.Equals($"{kind}", StringComparison.Ordinal));
        if (kind == StatementKind.None)
        {
            defect = new EvidenceDefect(EvidenceDefectKind.UnknownKind, "kind is none that is known here; allowed: the name of a kind of statement, such as PbftPrepare.");
            return false;
        }

        if (!TryReadHex(file.EpochId, "epoch_id", Digest.Size, out var epochId, out defect)
            || !TryReadStatement(file, 0, new SigningDomain(cluster, new Epoch(file.Epoch), new Digest(epochId)), kind, out var one, out defect)
            || !TryReadStatement(file, 1, one.Statement.Domain, kind, out var other, out defect))
        {
            return false;
        }

        return EquivocationEvidence.TryCreate(one, other, out evidence, out defect);
    }

    private static bool TryReadStatement(
        EvidenceFile file, int index, in SigningDomain domain, StatementKind kind, out SignedStatement signed, [NotNullWhen(false)] out EvidenceDefect? defect)
    {
        signed = default;
        var statement = file.Statements[index];
        if (statement is null)
        {
            defect = Malformed($"statements[{index}] is null; allowed: an object with view, sequence, hash and signature.");
            return false;
        }

        if (!TryReadHex(statement.Hash, $"statements[{index}].hash", Digest.Size, out var hash, out defect)
            || !TryReadHex(statement.Signature, $"statements[{index}].signature", Signature.Size, out var signature, out defect))
        {
            return false;
        }

        signed = new SignedStatement(
            new Statement(domain, kind, new ViewNumber(statement.View), new SequenceNumber(statement.Sequence), new Digest(hash)),
            new NodeId(file.Signer),
            new Signature(signature));
        return true;
    }

    private static bool TryReadHex(string text, string where, int size, out byte[] bytes, [NotNullWhen(false)] out EvidenceDefect? defect)
    {
        bytes = new byte[size];
        var isHex = text.Length == 2 * size && Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done;
        defect = isHex ? null : Malformed($"{where} is a text of {text.Length} characters; allowed: {2 * size} hexadecimal digits.");
        return isHex;
    }

    private static EvidenceFileStatement StatementOf(in SignedStatement signed) =>
        new(signed.Statement.View.Value, signed.Statement.Sequence.Value, $"{signed.Statement.Hash}", $"{signed.Signature}");

    private static EvidenceDefect Malformed(string detail) => new(EvidenceDefectKind.Malformed, detail);
}
