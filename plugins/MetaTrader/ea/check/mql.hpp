// What both languages share: types, arrays, text, time, files, the web. Names and signatures are those of the MQL reference; where MetaTrader
// is the stricter one (an index out of range ends the program) this is strict too, and no number becomes a text by itself.
#pragma once
#include <sys/types.h>
#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "web.hpp"

typedef unsigned char uchar;
typedef long datetime;
typedef int color;

struct string
  {
   std::string text;
   string() {}
   string(const char *from) : text(from == nullptr ? "" : from) {}
   string(std::string from) : text(std::move(from)) {}
   string &operator+=(const string &more) { text += more.text; return *this; }
  };
inline string operator+(const string &a, const string &b) { return string(a.text + b.text); }
inline bool operator==(const string &a, const string &b) { return a.text == b.text; }
inline bool operator!=(const string &a, const string &b) { return a.text != b.text; }
inline string operator""_s(const char *text, size_t length) { return string(std::string(text, length)); }
inline std::ostream &operator<<(std::ostream &out, const string &value) { return out << value.text; }

// A dynamic array. An index out of range is a critical error that unloads the program, as it does there.
template <typename T>
struct array
  {
   std::vector<T> items;
   T &operator[](const long at) { return items[Checked(at)]; }
   const T &operator[](const long at) const { return items[Checked(at)]; }

private:
   size_t Checked(const long at) const
     {
      if(at >= 0 && (size_t)at < items.size())
         return (size_t)at;
      std::cerr << "array out of range: " << at << " of " << items.size() << std::endl;
      std::_Exit(70);
     }
  };

enum { INVALID_HANDLE = -1, WHOLE_ARRAY = -1, CP_UTF8 = 65001 };
enum { INIT_SUCCEEDED = 0, INIT_FAILED = 1, INIT_PARAMETERS_INCORRECT = 32767 };
enum { TIME_DATE = 1, TIME_MINUTES = 2, TIME_SECONDS = 4 };
enum { FILE_READ = 1, FILE_WRITE = 2, FILE_TXT = 16, FILE_ANSI = 32 };

struct MqlDateTime
  {
   int year, mon, day, hour, min, sec, day_of_week, day_of_year;
  };

// The terminal around the program: what the user and the test set.
struct World
  {
   std::string folder;
   std::map<std::string, std::string> inputs;
   long clock_shift = 0;
   ulong tick_shift = 0;
   int  last_error  = 0;
   int  timer_ms    = 0;
   bool connected   = true;
   bool autotrading = true;
   long login       = 5001;
   std::string server = "Demo-1";
  };
inline World world;

template <typename T> T Input(const char *name, const T &standard);
template <> inline string Input<string>(const char *name, const string &standard) { auto at = world.inputs.find(name); return at == world.inputs.end() ? standard : string(at->second); }
template <> inline int Input<int>(const char *name, const int &standard) { auto at = world.inputs.find(name); return at == world.inputs.end() ? standard : std::atoi(at->second.c_str()); }

template <typename T> int ArraySize(const array<T> &list) { return (int)list.items.size(); }
template <typename T> int ArrayResize(array<T> &list, const int size, const int = 0) { list.items.resize((size_t)size); return size; }
template <typename T> void ZeroMemory(T &value) { value = T(); }

inline int StringLen(const string &text) { return (int)text.text.size(); }
inline int StringFind(const string &text, const string &part, const int start = 0)
  {
   size_t at = text.text.find(part.text, (size_t)start);
   return at == std::string::npos ? -1 : (int)at;
  }
inline int StringReplace(string &text, const string &part, const string &by)
  {
   int count = 0;
   for(size_t at = 0; (at = text.text.find(part.text, at)) != std::string::npos; at += by.text.size(), count++)
      text.text.replace(at, part.text.size(), by.text);
   return count;
  }
inline ushort StringGetCharacter(const string &text, const int at) { return at < 0 || (size_t)at >= text.text.size() ? (ushort)0 : (ushort)(uchar)text.text[(size_t)at]; }
inline int StringSplit(const string &text, const ushort mark, array<string> &parts)
  {
   parts.items.clear();
   std::string part;
   std::istringstream in(text.text);
   while(std::getline(in, part, (char)mark))
      parts.items.push_back(string(part));
   if(!text.text.empty() && text.text.back() == (char)mark)
      parts.items.push_back(string());
   return (int)parts.items.size();
  }
inline long StringToInteger(const string &text) { return std::strtol(text.text.c_str(), nullptr, 10); }
inline double StringToDouble(const string &text) { return std::strtod(text.text.c_str(), nullptr); }
inline string IntegerToString(const long value, const int width = 0, const ushort fill = ' ')
  {
   std::string text = std::to_string(value);
   return string((size_t)width > text.size() ? std::string((size_t)width - text.size(), (char)fill) + text : text);
  }
inline string DoubleToString(const double value, const int digits = 8)
  {
   char text[64];
   std::snprintf(text, sizeof text, "%.*f", digits, value);
   return string(text);
  }
// The closing zero is copied as well.
template <typename T> int StringToCharArray(const string &text, array<T> &bytes, const int = 0, const int = WHOLE_ARRAY, const uint = 0)
  {
   bytes.items.assign(text.text.begin(), text.text.end());
   bytes.items.push_back(0);
   return (int)bytes.items.size();
  }
template <typename T> string CharArrayToString(const array<T> &bytes, const int = 0, const int = WHOLE_ARRAY, const uint = 0) { return string(std::string(bytes.items.begin(), bytes.items.end())); }

inline bool MathIsValidNumber(const double value) { return std::isfinite(value); }
inline double MathRound(const double value) { return std::round(value); }
inline int MathRand() { return std::rand() % 32768; }
inline void MathSrand(const int seed) { std::srand((unsigned)seed); }

inline datetime TimeGMT() { return std::time(nullptr) + world.clock_shift; }
inline datetime TimeLocal() { return TimeGMT(); }
// The broker's clock, two hours ahead as in most of Europe.
inline datetime TimeCurrent() { return TimeGMT() + 7200; }
inline ulong Milliseconds()
  {
   timespec now;
   clock_gettime(CLOCK_MONOTONIC, &now);
   return (ulong)now.tv_sec * 1000 + (ulong)now.tv_nsec / 1000000 + 1 + world.tick_shift;
  }
inline string TimeToString(const datetime value, const int flags = TIME_DATE | TIME_MINUTES)
  {
   char text[32];
   time_t seconds = value;
   std::strftime(text, sizeof text, (flags & TIME_SECONDS) != 0 ? "%Y.%m.%d %H:%M:%S" : "%Y.%m.%d %H:%M", std::gmtime(&seconds));
   return string(text);
  }
inline datetime StructToTime(const MqlDateTime &value)
  {
   std::tm parts = {};
   parts.tm_year = value.year - 1900;
   parts.tm_mon  = value.mon - 1;
   parts.tm_mday = value.day;
   parts.tm_hour = value.hour;
   parts.tm_min  = value.min;
   parts.tm_sec  = value.sec;
   return timegm(&parts);
  }

inline void ResetLastError() { world.last_error = 0; }
inline int GetLastError() { return world.last_error; }
inline void Sleep(const int milliseconds) { usleep((useconds_t)milliseconds * 1000); }
inline bool EventSetMillisecondTimer(const int milliseconds) { world.timer_ms = milliseconds; return true; }
inline void EventKillTimer() { world.timer_ms = 0; }
template <typename... T> void Print(const T &...parts) { (std::cout << ... << parts) << std::endl; }
template <typename... T> void Comment(const T &...parts) { ((std::cout << "# ") << ... << parts) << std::endl; }

// Files lie in the folder of the terminal. One program at a time: an open file is marked by another one beside it.
struct OpenFile { std::fstream stream; std::string path; };
inline std::map<int, OpenFile> open_files;
inline int FileOpen(const string &name, const int flags)
  {
   static int next = 1;
   std::string path = world.folder + "/" + name.text;
   for(auto &other : open_files)
      if(other.second.path == path)
         return INVALID_HANDLE;
   bool keeps = (flags & FILE_READ) != 0;
   if(keeps)
      std::ofstream(path, std::ios::app);
   OpenFile &file = open_files[next];
   file.path = path;
   file.stream.open(path, std::ios::binary | std::ios::out | (keeps ? std::ios::in : std::ios::trunc));
   if(file.stream.is_open())
      return next++;
   open_files.erase(next);
   return INVALID_HANDLE;
  }
inline void FileClose(const int handle) { open_files.erase(handle); }
inline void FileFlush(const int handle) { open_files[handle].stream.flush(); }
inline bool FileIsEnding(const int handle) { return open_files[handle].stream.peek() == EOF; }
inline string FileReadString(const int handle, const int = -1)
  {
   std::string line;
   std::getline(open_files[handle].stream, line);
   // The carriage return stays where a program has written it twice: it must bear it.
   return string(line);
  }
inline uint FileWriteString(const int handle, const string &text, const int = -1)
  {
   std::fstream &stream = open_files[handle].stream;
   stream << text.text;
   return stream.good() ? (uint)text.text.size() : 0;
  }
