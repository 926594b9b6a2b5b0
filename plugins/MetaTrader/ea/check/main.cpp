// A terminal with one Expert Advisor on its chart:  terminal <url> <agent key> <folder> [login] [server] [hedging|netting]
// Standard input takes: refuse <code> [times] · unclear <code> · partial <lots> · die · clock <seconds> · price <symbol> <bid> <ask> · autotrading on|off · connection on|off · quit
#include <poll.h>

#include "mql.hpp"

// What the program's globals are made from must be there before them.
static bool Prepare()
  {
   std::ifstream line("/proc/self/cmdline");
   std::vector<std::string> words;
   for(std::string word; std::getline(line, word, '\0');)
      words.push_back(word);
   words.resize(std::max<size_t>(words.size(), 4));
   world.inputs = {{"ServerUrl", words[1]}, {"AgentKey", words[2]}};
   world.folder = words[3];
   return true;
  }
static const bool prepared = Prepare();

#if PLATFORM == 5
#include "mt5.hpp"
#else
#include "mt4.hpp"
#endif

#include PROGRAM

static bool Obey(const std::string &line)
  {
   std::istringstream words(line);
   std::string verb, text;
   words >> verb;
   if(verb == "quit")
      return false;
   if(verb == "refuse" && words >> broker.refuse && !(words >> broker.refusals)) broker.refusals = 1;
   if(verb == "unclear") words >> broker.unclear;
   if(verb == "partial") words >> broker.at_most;
   if(verb == "die") broker.dies = true;
   if(verb == "clock") words >> world.clock_shift;
   if(verb == "autotrading" && words >> text) world.autotrading = text == "on";
   if(verb == "connection" && words >> text) world.connected = text == "on";
   if(verb == "price" && words >> text)
      if(Symbol *symbol = broker.Find(text))
         words >> symbol->bid >> symbol->ask;
   std::cout << "ok " << line << std::endl;
   return true;
  }

int main(int count, char **words)
  {
   if(count < 4)
     {
      std::cerr << "terminal <url> <agent key> <folder> [login] [server] [hedging|netting]" << std::endl;
      return 2;
     }
   if(count > 4) world.login = std::atol(words[4]);
   if(count > 5) world.server = words[5];
   if(count > 6) broker.hedging = std::string(words[6]) != "netting";
   broker.Load();
   if(OnInit() != INIT_SUCCEEDED)
      return 3;
   std::string waiting;
   ulong last = 0;
   for(bool runs = true; runs;)
     {
      pollfd input = {0, POLLIN, 0};
      if(poll(&input, 1, 20) > 0)
        {
         char piece[512];
         ssize_t part = read(0, piece, sizeof piece);
         if(part <= 0)
            break;
         waiting.append(piece, (size_t)part);
         for(size_t end; runs && (end = waiting.find('\n')) != std::string::npos; waiting.erase(0, end + 1))
            runs = Obey(waiting.substr(0, end));
        }
      if(world.timer_ms > 0 && Milliseconds() - last >= (ulong)world.timer_ms)
        {
         OnTimer();
         // A program lets a new connection settle for three seconds: here they pass at once.
         if(last == 0)
            world.tick_shift = 3000;
         last = Milliseconds();
        }
     }
   OnDeinit(1);
   return 0;
  }
