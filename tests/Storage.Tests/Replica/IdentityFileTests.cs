using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Storage.Tests.Files;
using Consensus.Storage.Tests.Snapshots;

namespace Consensus.Storage.Tests.Replica;

public sealed class IdentityFileTests
{
    private static readonly ReplicaIdentity Identity = new(Samples.Cluster, new NodeId(7));
    private static readonly byte[] Valid = Write();

    [Test]
    public void An_identity_is_read_as_it_was_written()
    {
        var (identity, bootstrap) = Read(Valid);
        Assert.That(identity, Is.EqualTo(Identity));
        Assert.That(bootstrap, Is.EqualTo(Samples.Membership));
    }

    [Test]
    public void Every_changed_bit_is_found()
    {
        for (var bit = 0; bit < Valid.Length * 8; bit++)
        {
            var changed = (byte[])Valid.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(Failure(changed), Is.EqualTo(ConsensusFailure.StorageCorrupt), $"bit {bit}");
        }
    }

    [Test]
    public void Every_other_length_is_found()
    {
        for (var length = 0; length < Valid.Length; length++)
        {
            Assert.That(Failure(Valid[..length]), Is.EqualTo(ConsensusFailure.StorageCorrupt), $"{length} bytes");
        }

        Assert.That(Failure([.. Valid, 0]), Is.EqualTo(ConsensusFailure.StorageCorrupt));
    }

    [Test]
    public void Whatever_the_bytes_are_only_a_consensus_exception_comes_out([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 5000; i++)
        {
            var bytes = random.Next(3) == 0 ? new byte[random.Next(200)] : (byte[])Valid.Clone();
            for (var changes = random.Next(1, 20); changes > 0 && bytes.Length > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            if (random.Next(2) == 0 && bytes.Length > 20)
            {
                Valid.AsSpan(0, 12).CopyTo(bytes);
                Seal(bytes);
            }

            Assert.That(() => _ = Failure(bytes), Throws.Nothing, $"seed {seed}, round {i}: {Convert.ToHexString(bytes)}");
        }
    }

    [Test]
    public void A_newer_version_is_named_as_such([Values(12, 20, 44)] int length, [Values] bool isSealed)
    {
        var newer = Valid[..length];
        newer[8] = 9;
        if (isSealed && length > 12)
        {
            Seal(newer);
        }

        var thrown = Assert.Throws<ConsensusException>(() => Read(newer));
        Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.StorageForeign));
        Assert.That(thrown.Message, Does.Contain("its format version is 9, this program reads up to 1. Upgrade"));
    }

    [Test]
    public void A_version_that_was_changed_under_a_checksum_of_this_version_is_damage()
    {
        var changed = (byte[])Valid.Clone();
        changed[8] = 9;
        Assert.That(() => Read(changed), Throws.TypeOf<ConsensusException>().With.Message.Contains("it gives format version 9, but its checksum is right for 1"));
    }

    private static byte[] Write()
    {
        var disk = Disks.New();
        IdentityFile.Write(disk, "data", Identity, Samples.Membership);
        return disk.Read(Path.Join("data", IdentityFile.Name));
    }

    private static void Seal(byte[] file) =>
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(file.Length - 4), Crc32C.Compute(file.AsSpan(0, file.Length - 4)));

    private static (ReplicaIdentity Identity, ClusterMembership Bootstrap) Read(byte[] bytes)
    {
        var disk = Disks.New();
        disk.Put(Path.Join("data", IdentityFile.Name), bytes);
        return IdentityFile.Read(disk, "data");
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
