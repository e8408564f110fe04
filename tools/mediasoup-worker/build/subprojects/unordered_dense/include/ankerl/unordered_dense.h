#pragma once

// The part of ankerl::unordered_dense that mediasoup's worker uses: slower, otherwise the same to it.

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace ankerl::unordered_dense
{
  template<typename Key, typename Enable = void>
  struct hash : std::hash<Key>
  {
  };

  template<typename Key, typename Value, typename Hash = hash<Key>, typename Equal = std::equal_to<Key>>
  using map = std::unordered_map<Key, Value, Hash, Equal>;

  template<typename Key, typename Hash = hash<Key>, typename Equal = std::equal_to<Key>>
  using set = std::unordered_set<Key, Hash, Equal>;
} // namespace ankerl::unordered_dense
