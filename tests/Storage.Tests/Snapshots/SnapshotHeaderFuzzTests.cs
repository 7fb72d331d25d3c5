using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Storage.Snapshots;
using Consensus.Storage.Tests.Files;

namespace Consensus.Storage.Tests.Snapshots;

public sealed class SnapshotHeaderFuzzTests
{
    private const string File = "data/snapshots/x";

    private static readonly byte[] State = Samples.Bytes(40, 1);
    private static readonly byte[] Valid = [.. SnapshotHeader.Encode(Samples.Cluster, Samples.Described(9, State)), .. State];

    [Test]
    public void A_header_is_read_as_it_was_written()
    {
        var (snapshot, length) = Read(Valid);
        Assert.That(snapshot, Is.EqualTo(Samples.Described(9, State)));
        Assert.That(length, Is.EqualTo(Valid.Length - State.Length));
    }

    [Test]
    public void Every_changed_bit_of_the_header_is_found()
    {
        for (var bit = 0; bit < (Valid.Length - State.Length) * 8; bit++)
        {
            var changed = (byte[])Valid.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(Failure(changed), Is.EqualTo(ConsensusFailure.StorageCorrupt), $"bit {bit}");
        }
    }

    [Test]
    public void Every_shorter_file_is_found()
    {
        for (var length = 0; length < Valid.Length; length++)
        {
            Assert.That(Failure(Valid[..length]), Is.EqualTo(ConsensusFailure.StorageCorrupt), $"{length} bytes");
        }
    }

    [Test]
    public void Whatever_the_bytes_are_only_a_consensus_exception_comes_out([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 5000; i++)
        {
            var bytes = (byte[])Valid.Clone();
            var length = random.Next(4) == 0 ? random.Next(bytes.Length + 1) : bytes.Length;
            for (var changes = random.Next(1, 20); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var file = bytes[..length];

            // Half of them get a right checksum, so that what lies behind it is reached.
            if (random.Next(2) == 0)
            {
                Valid.AsSpan(0, Math.Min(16, length)).CopyTo(file);
                Seal(file);
            }

            Assert.That(() => _ = Failure(file), Throws.Nothing, $"seed {seed}, round {i}: {Convert.ToHexString(file)}");
        }
    }

    [Test]
    public void A_newer_version_is_named_as_such([Values] bool isSealed)
    {
        var newer = (byte[])Valid.Clone();
        newer[8] = 2;
        newer[40] ^= 1;
        if (isSealed)
        {
            Seal(newer);
        }

        AssertNewer(newer);
    }

    [Test]
    public void Of_a_newer_version_nothing_but_magic_and_version_is_known([Values(12, 15, 16, 60)] int length)
    {
        byte[] newer = [.. Valid.AsSpan(0, 8), 2, 0, 0, 0, .. Enumerable.Repeat((byte)0xee, length - 12)];
        AssertNewer(newer);
    }

    [Test]
    public void A_version_that_was_changed_under_a_checksum_of_this_version_is_damage()
    {
        var changed = (byte[])Valid.Clone();
        changed[8] = 2;
        var thrown = Assert.Throws<ConsensusException>(() => Read(changed));
        Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.StorageCorrupt));
        Assert.That(thrown.Message, Does.Contain("it gives format version 2, but the checksum of its header is right for 1"));
    }

    private static void AssertNewer(byte[] file)
    {
        var thrown = Assert.Throws<ConsensusException>(() => Read(file));
        Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.StorageForeign));
        Assert.That(thrown.Message, Does.Contain("written by a newer version of this program: its format version is 2, this program reads up to 1. Upgrade"));
    }

    private static void Seal(byte[] file)
    {
        var end = Math.Min(file.Length, Valid.Length - State.Length);
        if (end >= 20)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(end - 4), Crc32C.Compute(file.AsSpan(0, end - 4)));
        }
    }

    private static (Consensus.Engine.SnapshotDescriptor Snapshot, int Length) Read(byte[] bytes)
    {
        var disk = Disks.New();
        disk.Put(File, bytes);
        using var file = disk.Open(File);
        return SnapshotHeader.Read(file, Samples.Cluster);
    }

    private static ConsensusFailure? Failure(byte[] bytes)
    {
        try
        {
            Read(bytes);
            return null;
        }
        catch (ConsensusException exception)
        {
            return exception.Reason;
        }
    }
}
