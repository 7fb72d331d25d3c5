using System.Numerics;

namespace Consensus.Simulation.Disk;

/// <summary>Numbers of sectors of one file, in their order.</summary>
internal sealed class SectorSet
{
    private const int BitsPerWord = 64;

    private ulong[] _words = [];

    public bool IsEmpty => !_words.AsSpan().ContainsAnyExcept(0UL);

    /// <summary>Adds the sectors from one to another, both included.</summary>
    public void AddRange(long first, long last)
    {
        if (last / BitsPerWord >= _words.Length)
        {
            Array.Resize(ref _words, (int)Math.Max((last / BitsPerWord) + 1, 2L * _words.Length));
        }

        for (var sector = first; sector <= last; sector++)
        {
            _words[sector / BitsPerWord] |= 1UL << (int)(sector % BitsPerWord);
        }
    }

    public void Clear() => _words.AsSpan().Clear();

    public Enumerator GetEnumerator() => new(_words);

    public struct Enumerator(ulong[] words)
    {
        private int _word = -1;
        private ulong _left;

        public readonly long Current => ((long)_word * BitsPerWord) + BitOperations.TrailingZeroCount(_left);

        public bool MoveNext()
        {
            _left &= _left - 1;
            while (_left == 0)
            {
                if (++_word == words.Length)
                {
                    return false;
                }

                _left = words[_word];
            }

            return true;
        }
    }
}
